using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.Checklist;

/// <summary>How far a clinic has come with one step.</summary>
/// <param name="Count">How many are there: doctors, accepted documents, staff, patients.</param>
/// <param name="Needed">How many there must be.</param>
/// <param name="Name">What was chosen.</param>
/// <param name="On">From when it counts.</param>
/// <param name="At">When a person did it, or said that it is not needed.</param>
public sealed record StepState(OnboardingStep Step, int Count, int Needed, string? Name = null, DateOnly? On = null, DateTimeOffset? At = null, string? By = null)
{
    /// <summary>The clinic says that it does not need the step.</summary>
    public bool IsWaived { get; init; }

    /// <summary>Something is under way that others must finish.</summary>
    public bool IsWaiting { get; init; }

    public bool IsDone => Count >= Needed || IsWaived;
}

/// <summary>The checklist of clinics, computed from what is there: nobody ticks what the data can tell.</summary>
public sealed class OnboardingProgress(AssociationsDbContext db, IEnumerable<IOnboardingFacts> modules, IOrganisationPeople people, ITenantResolver tenants, TimeProvider clock)
{
    /// <param name="clinic">One clinic, or all within the tenants in scope.</param>
    /// <returns>All steps in their order, by clinic.</returns>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<StepState>>> ReadAsync(Guid? clinic, CancellationToken cancellationToken)
    {
        var clinics = await db.Clinics.AsNoTracking().Where(c => clinic == null || c.Id == clinic)
            .Select(c => new ClinicRow(c.TenantId, c.Id, c.Situation != null, c.PostedHours, c.Physicians.Count, c.Payment)).ToListAsync(cancellationToken);
        var accepted = (await db.Acceptances.AsNoTracking().Where(a => clinic == null || a.ClinicId == clinic).ToListAsync(cancellationToken)).ToLookup(a => a.ClinicId);
        var waivers = (await db.Waivers.AsNoTracking().Where(w => clinic == null || w.ClinicId == clinic).ToListAsync(cancellationToken)).ToLookup(w => w.ClinicId);
        var calls = (await db.TestCalls.AsNoTracking().Where(t => clinic == null || t.ClinicId == clinic).ToListAsync(cancellationToken)).ToLookup(t => t.ClinicId);
        var staff = await people.CountAsync([.. clinics.Select(c => c.Id)], cancellationToken);
        var facts = new Dictionary<OnboardingStep, IReadOnlyDictionary<ClinicId, OnboardingFact>>();
        foreach (var module in modules)
        {
            facts[module.Step] = await module.ReadAsync(clinic is { } one ? new ClinicId(one) : null, cancellationToken);
        }
        var terms = clinics.Select(c => c.TenantId).Distinct().ToDictionary(id => id, Current);
        return clinics.ToDictionary(c => c.Id, c => (IReadOnlyList<StepState>)
        [
            new StepState(OnboardingStep.Institution, (c.HasSituation ? 1 : 0) + (c.Hours.Count > 0 ? 1 : 0), 2),
            new StepState(OnboardingStep.Doctors, c.Physicians, 1),
            Terms(terms[c.TenantId], accepted[c.Id]),
            Fact(OnboardingStep.Cover, c.Id),
            new StepState(OnboardingStep.Payment, c.Payment is null ? 0 : 1, 1, c.Payment?.Recipient),
            Waivable(new StepState(OnboardingStep.Staff, staff.GetValueOrDefault(c.Id), 2), waivers[c.Id]),
            Waivable(Fact(OnboardingStep.Patients, c.Id), waivers[c.Id]),
            TestCall(calls[c.Id]),
        ]);

        StepState Fact(OnboardingStep step, Guid id) =>
            facts.TryGetValue(step, out var known) && known.TryGetValue(new ClinicId(id), out var fact)
                ? new StepState(step, fact.Count, 1, fact.Name, fact.On)
                : new StepState(step, 0, 1);
    }

    private IReadOnlyList<TermsVersion> Current(Guid tenantId)
    {
        var tenant = tenants.ById(tenantId)!;
        return tenant.Document.TermsOn(WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date);
    }

    private static StepState Terms(IReadOnlyList<TermsVersion> current, IEnumerable<TermsAcceptance> accepted)
    {
        var valid = accepted.Where(a => current.Any(t => t.Document == a.Document && t.Sha256 == a.Sha256)).ToList();
        var last = valid.MaxBy(a => a.At);
        return new StepState(OnboardingStep.Terms, valid.Count, current.Count, null, null, last?.At, last?.ByName);
    }

    private static StepState Waivable(StepState state, IEnumerable<StepWaiver> waivers) =>
        !state.IsDone && waivers.FirstOrDefault(w => w.Step == state.Step) is { } waiver
            ? state with { IsWaived = true, At = waiver.At, By = waiver.ByName }
            : state;

    private static StepState TestCall(IEnumerable<TestCall> calls)
    {
        var all = calls.OrderByDescending(c => c.RequestedAt).ToList();
        var last = all.Find(c => c.Answered is true) ?? all.FirstOrDefault();
        return new StepState(OnboardingStep.TestCall, last?.Answered is true ? 1 : 0, 1, last?.Phone, null, last?.CalledAt ?? last?.RequestedAt, last?.CalledByName ?? last?.RequestedByName)
        {
            IsWaiting = last is { CalledAt: null },
        };
    }

    private sealed record ClinicRow(
        Guid TenantId, Guid Id, bool HasSituation, IReadOnlyList<PostedHours> Hours, int Physicians, PaymentArrangement? Payment);
}
