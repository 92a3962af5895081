using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.Sharing;

/// <summary>The clinics' rules on who reads the reports of their patients' visits, and what is granted beyond them.</summary>
public sealed class SharingRules(PatientsDbContext db, PatientAudience audience, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock) : ISharing
{
    /// <summary>The clinic's own rule; without one, as its association does it.</summary>
    public async Task<SharingRule> OfAsync(TenantInfo tenant, Guid clinic, CancellationToken cancellationToken)
    {
        if (await db.Rules.SingleOrDefaultAsync(r => r.TenantId == tenant.Id && r.ClinicId == clinic, cancellationToken) is { } own)
        {
            return own;
        }
        var usual = new SharingRule(tenant.Id, clinic);
        usual.Set(IsPaired(tenant), facility: false, user, clock.GetUtcNow());
        return usual;
    }

    public async Task<Result<Guid>> ChangeAsync(bool secondary, bool facility, CancellationToken cancellationToken)
    {
        var rule = await OfAsync(tenants.ById(user.TenantId!.Value)!, user.OrganisationId!.Value, cancellationToken);
        rule.Set(secondary, facility, user, clock.GetUtcNow());
        if (db.Entry(rule).State == EntityState.Detached)
        {
            db.Rules.Add(rule);
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(rule.TenantId, "sharing-rule", rule.ClinicId, $"secondary {secondary}, facility {facility}");
        return rule.ClinicId;
    }

    public async Task<SharedReports> ReportsAsync(CancellationToken cancellationToken)
    {
        if (user.TenantId is not { } own || audience.GranteeId is null || tenants.ById(own) is not { } tenant)
        {
            return SharedReports.Nothing;
        }
        var patients = await audience.Grants().Where(g => g.Reports).Select(g => g.PatientId).Distinct().ToArrayAsync(cancellationToken);
        var rules = await db.Rules.AsNoTracking().ToListAsync(cancellationToken);
        return new SharedReports(
            patients,
            SecondaryByDefault: IsPaired(tenant),
            SecondaryOtherwise: [.. rules.Where(r => r.ReportsToSecondary != IsPaired(tenant)).Select(r => r.ClinicId)],
            Facility: [.. rules.Where(r => r.ReportsToFacility).Select(r => r.ClinicId)]);
    }

    private static bool IsPaired(TenantInfo tenant) => tenant.Settings.CareModel == CareModel.PairedPhysicians;
}
