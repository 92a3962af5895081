using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Modules.Coverage.Watch;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage.ChooseCover;

public sealed record ChooseCoverInput(string? Plan, DateOnly? StartsOn, int? Patients);

/// <param name="Cover">What the clinic has; null while it may choose.</param>
public sealed record ChooseCoverModel(IReadOnlyList<PricePlan> Plans, CoverInfo? Cover, string? CoverName, DateOnly Today, bool MayAct, FormState Form);

/// <summary>The association's plans with their prices, or the one that the clinic has.</summary>
public sealed class ShowCover(CoverageDbContext db, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<ChooseCoverModel> HandleAsync(FormState form, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var (today, _) = WallClock.Of(clock.GetUtcNow(), tenant.Zone);
        var cover = await db.Subscriptions.Running(user.OrganisationId!.Value, today).FirstOrDefaultAsync(cancellationToken);
        return new ChooseCoverModel(
            tenant.Document.Prices.On(today)?.Plans ?? [],
            cover is null ? null : new CoverInfo(
                cover.TenantId, new ClinicId(cover.ClinicId), CoverKind.Plan, cover.Plan, cover.PriceFrom, cover.StartsOn, cover.EndsOn, cover.PatientsCovered),
            cover is null ? null : tenant.Document.Prices.KeptSince(cover.PriceFrom).PlanNamed(cover.Plan)?.Name.ToString() ?? cover.Plan,
            today, user.IsAdministrator, form);
    }
}

/// <summary>夜間休日の契約: a clinic's administrator chooses a plan of the association's price list and the first night.</summary>
public sealed class ChooseCover(
    CoverageDbContext db, IMemberClinics clinics, CoverAccess access, CurrentUser user, PortalSession session, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostPatients = 100_000;
    private const int FarthestMonths = 12;

    /// <param name="of">The clinic for which the secretariat chooses.</param>
    public async Task<Result<Guid>> HandleAsync(Guid? of, ChooseCoverInput input, CancellationToken cancellationToken)
    {
        if (!access.MayChange)
        {
            return Error.Forbidden("forbidden");
        }
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var (today, _) = WallClock.Of(clock.GetUtcNow(), tenant.Zone);
        var clinicId = new ClinicId(access.ClinicOf(of) ?? default);
        await db.LockCoverAsync(clinicId.Value, cancellationToken);
        if (await clinics.FindAsync(clinicId, cancellationToken) is not { } clinic)
        {
            return Error.NotFound("cover.no-clinic");
        }
        if (Check(input, tenant, clinic, today).ToList() is { Count: > 0 } errors)
        {
            return Result<Guid>.Refused(errors);
        }
        if (await db.Subscriptions.Running(clinicId.Value, input.StartsOn!.Value).AnyAsync(cancellationToken))
        {
            return Error.Conflict("cover.exists");
        }
        var prices = tenant.Document.Prices.KeptSince(input.StartsOn.Value);
        var subscription = CoverSubscription.Begin(
            tenant.Id, clinicId.Value, prices.PlanNamed(input.Plan!)!, prices.EffectiveFrom, input.StartsOn.Value, input.Patients!.Value, clinic.Membership.LeavesOn);
        db.Subscriptions.Add(subscription);
        foreach (var alarm in ExpiryAlarm.Before(tenant, subscription, clock.GetUtcNow()))
        {
            session.Enqueue(alarm);
        }
        db.Add(CoverChange.Of(
            tenant.Id, clinicId.Value, subscription.ContractId, CoverChangeKind.Chosen, subscription.StartsOn, user, clock.GetUtcNow(), planAfter: subscription.Plan));
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(tenant.Id, "cover-subscription", subscription.Id);
        return subscription.Id;
    }

    private static IEnumerable<Error> Check(ChooseCoverInput input, TenantInfo tenant, MemberClinicInfo clinic, DateOnly today)
    {
        if (clinic.Membership.StateOn(input.StartsOn ?? today) is MembershipState.Suspended or MembershipState.Left)
        {
            yield return new Error("cover.not-a-member");
        }
        if (input.StartsOn is not { } start)
        {
            yield return Error.OnField("startsOn", "required");
        }
        else if (start < today || start > today.AddMonths(FarthestMonths))
        {
            yield return Error.OnField("startsOn", "cover.start-out-of-range", FarthestMonths);
        }
        else if (input.Plan is not null && tenant.Document.Prices.PlanNamed(input.Plan, start) is null)
        {
            yield return Error.OnField("plan", "cover.unknown-plan");
        }
        if (input.Plan is null)
        {
            yield return Error.OnField("plan", "required");
        }
        if (input.Patients is not (>= 0 and <= MostPatients))
        {
            yield return Error.OnField("patients", "cover.not-a-number", MostPatients);
        }
    }
}

internal static class RunningCover
{
    /// <summary>Subscriptions of the clinic that have not ended by that night, those that have not begun included.</summary>
    public static IQueryable<CoverSubscription> Running(this IQueryable<CoverSubscription> subscriptions, Guid clinic, DateOnly night) =>
        subscriptions.Where(s => s.ClinicId == clinic && (s.EndsOn == null || s.EndsOn >= night)).OrderBy(s => s.StartsOn);
}
