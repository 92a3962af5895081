using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Patients;

/// <summary>Which patients within the scope the caller may see.</summary>
public sealed class PatientAudience(CurrentUser user, ITenantResolver tenants)
{
    public bool IsEverybody => user.Is(Roles.DeskOperator, Roles.Portal);

    /// <summary>The caller's clinic; its patients are its own.</summary>
    public Guid? ClinicId => user.Is(Roles.ClinicDoctor, Roles.ClinicStaff) ? user.OrganisationId : null;

    /// <summary>The caller's clinic, where the association pairs primary and secondary physicians.</summary>
    public Guid? SecondaryClinicId => ClinicId is not null && user.TenantId is { } tenant
        && tenants.ById(tenant)?.Settings.CareModel == CareModel.PairedPhysicians ? ClinicId : null;

    public Guid? FacilityId => user.Is(Roles.FacilityStaff) ? user.OrganisationId : null;

    /// <summary>Patients of whom the caller may know that they are there: name, address, whose patient.</summary>
    public IQueryable<Patient> Known(IQueryable<Patient> patients)
    {
        var (everybody, clinic, secondary, facility) = (IsEverybody, ClinicId, SecondaryClinicId, FacilityId);
        return patients.Where(p => everybody
            || clinic != null && p.PrimaryClinicId == clinic
            || secondary != null && p.SecondaryClinicId == secondary
            || facility != null && p.FacilityId == facility);
    }

    /// <summary>As <see cref="Known"/>, of one that was read.</summary>
    public bool Knows(PatientSnapshot patient) => IsEverybody
        || (ClinicId is { } clinic && patient.PrimaryClinicId.Value == clinic)
        || (SecondaryClinicId is { } secondary && patient.SecondaryClinicId?.Value == secondary)
        || (FacilityId is { } facility && patient.FacilityId?.Value == facility);

    /// <summary>Patients whose chart the caller may open at any time: their clinics, and the portal's jobs.</summary>
    public IQueryable<Patient> Treated(IQueryable<Patient> patients)
    {
        var mayOpen = user.Is(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.Portal);
        return Known(patients).Where(_ => mayOpen);
    }
}
