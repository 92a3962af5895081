using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.Sharing;

/// <param name="Grants">Those in force first, then the history, the last one first.</param>
public sealed record PatientSharing(
    Guid PatientId, string Name, IReadOnlyList<SharingPartner> Partners, IReadOnlyList<SharingGrant> Grants, DateTimeOffset Now, DateOnly Today, TimeZoneInfo Zone,
    FormState Form);

/// <summary>With whom a patient of the clinic is and was shared.</summary>
public sealed class ShowSharing(PatientsDbContext db, SharingPartners partners, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    /// <returns>Null when there is no such patient of this clinic.</returns>
    public async Task<PatientSharing?> HandleAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        if (await db.Patients.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.PrimaryClinicId == user.OrganisationId, cancellationToken) is not { } patient)
        {
            return null;
        }
        var now = clock.GetUtcNow();
        var zone = tenants.ById(patient.TenantId)!.Zone;
        var grants = await db.Grants.AsNoTracking().Where(g => g.TenantId == patient.TenantId && g.PatientId == id).ToListAsync(cancellationToken);
        audit.Opened(patient.TenantId, "patient", id, detail: "sharing");
        return new PatientSharing(
            id, $"{patient.FamilyName} {patient.GivenName}", await partners.OfAsync(patient, cancellationToken),
            [.. grants.OrderByDescending(g => g.IsActiveAt(now)).ThenByDescending(g => g.GivenAt)], now, WallClock.Of(now, zone).Date, zone, form);
    }
}

/// <param name="Given">In force, by this clinic; with the patient's name.</param>
/// <param name="Received">In force, to this organisation.</param>
/// <param name="Rule">Null for those who have no patients of their own.</param>
public sealed record SharingOverview(
    IReadOnlyList<SharedPatient> Given, IReadOnlyList<SharedPatient> Received, SharingRule? Rule, TimeZoneInfo Zone, FormState Form);

/// <param name="Name">The patient's.</param>
public sealed record SharedPatient(SharingGrant Grant, string Name);

/// <summary>連携先: everything that is shared with others or by others now, and the clinic's rule on reports.</summary>
public sealed class ShowSharingOverview(
    PatientsDbContext db, PatientAudience audience, SharingRules rules, CurrentUser user, AuditTrail audit, ITenantResolver tenants)
{
    private const int Most = 500;

    public async Task<SharingOverview> HandleAsync(FormState form, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var (clinic, now) = (audience.ClinicId, audience.Now);
        var given = clinic is null ? [] : await WithNamesAsync(
            db.Grants.Where(g => g.ClinicId == clinic && g.RevokedAt == null && g.ExpiresAt > now), cancellationToken);
        var received = await WithNamesAsync(audience.Grants(), cancellationToken);
        audit.Listed("patient", given.Concat(received).Select(s => (s.Grant.TenantId, s.Grant.PatientId)));
        return new SharingOverview(given, received, clinic is { } own ? await rules.OfAsync(tenant, own, cancellationToken) : null, tenant.Zone, form);
    }

    private Task<List<SharedPatient>> WithNamesAsync(IQueryable<SharingGrant> grants, CancellationToken cancellationToken) => (
        from grant in grants.AsNoTracking()
        join patient in db.Patients on new { grant.TenantId, Id = grant.PatientId } equals new { patient.TenantId, patient.Id }
        orderby grant.GranteeName, patient.FamilyKana, patient.GivenKana
        select new SharedPatient(grant, patient.FamilyName + " " + patient.GivenName)).Take(Most).ToListAsync(cancellationToken);
}
