using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage;

/// <summary>A clinic's cover while somebody changes it; nobody else does meanwhile.</summary>
/// <param name="Versions">Those that have not ended, the first one first.</param>
public sealed record CoverInHand(TenantInfo Tenant, MemberClinicInfo Clinic, DateOnly Today, DateTimeOffset Now, IReadOnlyList<CoverSubscription> Versions)
{
    /// <summary>The version that holds last: what is to come follows from it.</summary>
    public CoverSubscription? Last => Versions.Count > 0 ? Versions[^1] : null;

    /// <summary>A version's plan is for such nights; pauses and the plan's other limits aside.</summary>
    public bool Covers(DateOnly night) => Versions.Any(v => v.StartsOn <= night && !(v.EndsOn < night)
        && PlanOf(v)?.CoversNight(TenantCalendars.Of(Tenant).OutOfHours.IsAllDay(night)) != false);

    public PricePlan? PlanOf(CoverSubscription version) => Tenant.Document.Prices.KeptSince(version.PriceFrom).PlanNamed(version.Plan);
}

/// <summary>Who may change a clinic's cover: its administrator, and the secretariat for any clinic.</summary>
public sealed class CoverAccess(CoverageDbContext db, IMemberClinics clinics, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    public const int FarthestMonths = 12;

    public CurrentUser User => user;

    /// <param name="clinic">Named by the secretariat; a clinic's people have their own.</param>
    public Guid? ClinicOf(Guid? clinic) => user.Is(Roles.Secretariat) ? clinic : user.OrganisationId;

    public bool MayChange => user.Is(Roles.Secretariat) || user.IsAdministrator && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff);

    public async Task<Result<CoverInHand>> TakeAsync(Guid? clinic, CancellationToken cancellationToken)
    {
        if (ClinicOf(clinic) is not { } id)
        {
            return Error.NotFound("cover.no-clinic");
        }
        if (!MayChange)
        {
            return Error.Forbidden("forbidden");
        }
        await db.LockCoverAsync(id, cancellationToken);
        if (await clinics.FindAsync(new ClinicId(id), cancellationToken) is not { } found)
        {
            return Error.NotFound("cover.no-clinic");
        }
        var tenant = tenants.ById(found.TenantId)!;
        var now = clock.GetUtcNow();
        var today = WallClock.Of(now, tenant.Zone).Date;
        var versions = await db.Subscriptions.Where(s => s.ClinicId == id && (s.EndsOn == null || s.EndsOn >= today)).OrderBy(s => s.StartsOn).ToListAsync(cancellationToken);
        return new CoverInHand(tenant, found, today, now, versions);
    }

    public void Note(CoverInHand cover, CoverSubscription? version, CoverChangeKind kind, DateOnly on, string? before = null, string? after = null, DateOnly? until = null) => db.Add(
        CoverChange.Of(cover.Tenant.Id, cover.Clinic.Id.Value, version?.ContractId, kind, on, user, cover.Now, before, after, until));
}
