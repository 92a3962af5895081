using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.BuyNight;
using ClinicPortal.Modules.Coverage.ChangeCover;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage.ShowSubscription;

/// <param name="Path">Of the page; forms are sent below it.</param>
/// <param name="CallsUsed">Calls of the month so far that were under cover.</param>
/// <param name="Preview">What a change would cost, where one was asked for and can be.</param>
public sealed record SubscriptionModel(
    string Path, CoverInHand Cover, bool MayChange, bool OfClinic, PausedNights? Pause, IReadOnlyList<BoughtNight> Nights, IReadOnlyList<CoverChange> Changes,
    IReadOnlyList<NightOnOffer> Offers, int CallsUsed, ChangeCoverInput Asked, ChangePreview? Preview, IReadOnlyList<string> Problems, FormState Form)
{
    public TenantInfo Tenant => Cover.Tenant;

    public IReadOnlyList<PricePlan> Plans => Tenant.Document.Prices.KeptSince(Asked.StartsOn ?? Cover.Today).Plans;

    public string PlanName(CoverSubscription version) => Cover.PlanOf(version)?.Name.ToString() ?? version.Plan;

    /// <summary>As a change of the history names it, by whatever list has the plan.</summary>
    public string? PlanName(string? code) =>
        code is null ? null : Tenant.Document.Prices.Versions.Select(v => v.PlanNamed(code)).OfType<PricePlan>().LastOrDefault()?.Name.ToString() ?? code;
}

/// <summary>契約: a clinic's subscription with its history, and what can be done about it.</summary>
public sealed class ShowSubscription(
    CoverageDbContext db, CoverAccess access, IMemberClinics clinics, ICallCount calls, ITenantResolver tenants, Problems problems, AuditTrail audit, TimeProvider clock)
{
    private const int OfferNights = 14;
    private const int ShownNights = 60;

    /// <returns>Null where there is no such clinic for this reader.</returns>
    public async Task<SubscriptionModel?> HandleAsync(Guid? clinic, string path, ChangeCoverInput? asked, FormState form, CancellationToken cancellationToken)
    {
        if (access.ClinicOf(clinic) is not { } id || await clinics.FindAsync(new ClinicId(id), cancellationToken) is not { } found)
        {
            return null;
        }
        var tenant = tenants.ById(found.TenantId)!;
        var now = clock.GetUtcNow();
        var today = WallClock.Of(now, tenant.Zone).Date;
        var versions = await db.Subscriptions.AsNoTracking().Where(s => s.ClinicId == id && (s.EndsOn == null || s.EndsOn >= today)).OrderBy(s => s.StartsOn)
            .ToListAsync(cancellationToken);
        var pause = await db.Pauses.AsNoTracking()
            .Where(p => p.ClinicId == id && (p.UntilNight == null || p.UntilNight >= today && p.UntilNight >= p.FromNight)).FirstOrDefaultAsync(cancellationToken);
        var nights = await db.BoughtNights.AsNoTracking().Where(n => n.ClinicId == id && n.Night >= today.AddDays(-1)).OrderBy(n => n.Night).Take(ShownNights)
            .ToListAsync(cancellationToken);
        var changes = await db.Changes.AsNoTracking().Where(c => c.ClinicId == id).OrderByDescending(c => c.At).Take(ShownNights).ToListAsync(cancellationToken);
        audit.Opened(tenant.Id, "cover-subscription", versions.FirstOrDefault()?.Id ?? id);
        var cover = new CoverInHand(tenant, found, today, now, versions);
        var night = TenantCalendars.Of(tenant).OutOfHours.NightOf(now, tenant.Zone);
        var used = await calls.UnderCoverAsync([new ClinicId(id)], new DateOnly(night.Year, night.Month, 1), now, cancellationToken);
        var wanted = asked?.Plan is null ? null : ChangeCover.ChangeCover.Preview(cover, asked);
        return new SubscriptionModel(
            path, cover, access.MayChange, clinic is null, pause, nights, changes, Offers(cover, pause, nights), used.GetValueOrDefault(new ClinicId(id)),
            asked ?? new ChangeCoverInput(null, null, null), wanted is { Succeeded: true } ? wanted.Value : null,
            wanted is null ? [] : [.. wanted.Errors.Select(problems.Message)], form);
    }

    private static IReadOnlyList<NightOnOffer> Offers(CoverInHand cover, PausedNights? pause, IReadOnlyList<BoughtNight> nights) =>
    [
        .. Enumerable.Range(0, OfferNights).Select(cover.Today.AddDays).Where(night => !nights.Any(n => n.Night == night))
            .Where(night => !cover.Covers(night) || pause is not null && pause.FromNight <= night && !(pause.UntilNight < night))
            .Select(night => NightOnOffer.Of(cover.Tenant, night)).OfType<NightOnOffer>().Where(offer => cover.Now < offer.Until),
    ];
}

/// <param name="EndsOn">The last night of what runs last.</param>
public sealed record SubscriptionRow(Guid Clinic, string Name, string Kana, string? Plan, DateOnly? StartsOn, DateOnly? EndsOn, DateOnly? TrialUntil, bool Paused, int? Patients, int? Most);

/// <summary>契約一覧: every clinic with what it holds today; without cover last.</summary>
public sealed class ListSubscriptions(CoverageDbContext db, IMemberClinics clinics, Shared.Access.CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    public async Task<IReadOnlyList<SubscriptionRow>> HandleAsync(CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
        var versions = (await db.Subscriptions.AsNoTracking().Where(s => s.EndsOn == null || s.EndsOn >= today).ToListAsync(cancellationToken)).ToLookup(s => s.ClinicId);
        var paused = await db.Pauses.AsNoTracking().Where(p => p.FromNight <= today && (p.UntilNight == null || today <= p.UntilNight)).Select(p => p.ClinicId).ToHashSetAsync(cancellationToken);
        var rows = new List<SubscriptionRow>();
        foreach (var clinic in await clinics.ListAsync(cancellationToken))
        {
            var held = versions[clinic.Id.Value].OrderBy(v => v.StartsOn).ToList();
            if (held.Count == 0 && clinic.Membership.StateOn(today) == MembershipState.Left)
            {
                continue;
            }
            var first = held.FirstOrDefault();
            var plan = first is null ? null : tenant.Document.Prices.KeptSince(first.PriceFrom).PlanNamed(first.Plan);
            rows.Add(new SubscriptionRow(
                clinic.Id.Value, clinic.Name, clinic.Kana, plan?.Name.ToString() ?? first?.Plan, first?.StartsOn, held.LastOrDefault()?.EndsOn,
                first?.TrialUntil >= today ? first.TrialUntil : null, paused.Contains(clinic.Id.Value),
                first?.PatientsCounted ?? first?.PatientsCovered, plan?.MostPatients));
        }
        audit.Listed("cover-subscription", versions.SelectMany(v => v).Select(v => (v.TenantId, v.Id)));
        return [.. rows.OrderBy(r => r.Plan is null).ThenBy(r => r.EndsOn ?? DateOnly.MaxValue)];
    }
}
