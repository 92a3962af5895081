using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients;

/// <summary>Reads what a clinic may refer to when it writes of its patients.</summary>
public sealed class PatientContexts(IMemberClinics clinics, ICareFacilities facilities, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>For the caller's own clinic.</summary>
    public async Task<PatientContext> OwnAsync(CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var all = await clinics.ListAsync(cancellationToken);
        return new PatientContext(
            all.Single(c => c.Id.Value == user.OrganisationId), all, await facilities.ListAsync(cancellationToken), TownBlocks.Of(tenant),
            WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date);
    }
}
