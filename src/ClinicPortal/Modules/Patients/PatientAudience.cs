using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Patients;

/// <summary>
/// Which patients within the scope the caller may see: by a relation of care, by what a clinic shares with the caller's organisation,
/// or by what the caller has opened in an emergency tonight. The one place where this is decided.
/// </summary>
public sealed class PatientAudience(CurrentUser user, ITenantResolver tenants, PatientsDbContext db, TimeProvider clock)
{
    public bool IsEverybody => user.Is(Roles.DeskOperator, Roles.Portal);

    public bool IsPortal => user.Is(Roles.Portal);

    /// <summary>Somebody who came by a link: what it names, and nothing else.</summary>
    public bool IsVisitor => user.Is(Roles.Visitor);

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

    /// <summary>The organisation that clinics may share a patient with, if it is of a kind that can be shared with.</summary>
    public Guid? GranteeId => user.Is(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff, Roles.DeskOperator) ? user.OrganisationId : null;

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    /// <summary>What is shared with the caller's organisation now.</summary>
    public IQueryable<SharingGrant> Grants()
    {
        var (grantee, now) = (GranteeId, Now);
        return db.Grants.Where(g => g.GranteeId == grantee && g.RevokedAt == null && g.ExpiresAt > now);
    }

    /// <summary>What the caller has opened in an emergency, while the night lasts.</summary>
    public IQueryable<BreakGlassEntry> BrokenGlass()
    {
        var (me, organisation, now) = (user.Id, user.OrganisationId, Now);
        return db.BrokenGlass.Where(b => b.AccountId == me && b.OrganisationId == organisation && b.EndsAt > now);
    }

    /// <summary>Patients whose summary others share with the caller's organisation.</summary>
    public IQueryable<Patient> Shared(IQueryable<Patient> patients)
    {
        var grants = Grants().Where(g => g.Summary);
        return patients.Where(p => grants.Any(g => g.TenantId == p.TenantId && g.PatientId == p.Id));
    }

    /// <summary>Patients whose chart the caller may open: their clinics at any time, others while it is shared or opened in an emergency; the portal's jobs all.</summary>
    public IQueryable<Patient> Treated(IQueryable<Patient> patients)
    {
        var everybody = user.Is(Roles.Portal);
        var (clinic, secondary) = (ClinicId, SecondaryClinicId);
        var (grants, glass) = (Grants().Where(g => g.Summary), BrokenGlass());
        return patients.Where(p => everybody
            || clinic != null && p.PrimaryClinicId == clinic
            || secondary != null && p.SecondaryClinicId == secondary
            || grants.Any(g => g.TenantId == p.TenantId && g.PatientId == p.Id)
            || glass.Any(b => b.TenantId == p.TenantId && b.PatientId == p.Id));
    }

    /// <summary>The caller's clinic is one of the patient's.</summary>
    public bool Treats(PatientSnapshot patient) => ClinicId is not null && Knows(patient);
}
