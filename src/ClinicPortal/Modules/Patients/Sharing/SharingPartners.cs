using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Patients.Sharing;

/// <summary>With whom a patient can be shared: organisations of the same association and the desk that serves it, no others.</summary>
public sealed class SharingPartners(IMemberClinics clinics, ICareFacilities facilities, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<IReadOnlyList<SharingPartner>> OfAsync(Patient patient, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var today = WallClock.Of(now, tenants.ById(patient.TenantId)!.Zone).Date;
        return
        [
            .. from clinic in await clinics.ListAsync(cancellationToken)
               where clinic.TenantId == patient.TenantId && clinic.Id.Value != patient.PrimaryClinicId
                   && clinic.Membership.StateOn(today) is MembershipState.Active or MembershipState.Leaving
               select new SharingPartner(OrganisationKind.MemberClinic, clinic.Id.Value, clinic.Name),
            .. from facility in await facilities.ListAsync(cancellationToken)
               where facility.TenantId == patient.TenantId
               select new SharingPartner(OrganisationKind.CareFacility, facility.Id.Value, facility.Name),
            .. from desk in tenants.Desks
               where desk.TenantsAt(now).Any(t => t.Value == patient.TenantId)
               select new SharingPartner(OrganisationKind.Desk, desk.Id, desk.Settings.Name.ToString()),
        ];
    }
}
