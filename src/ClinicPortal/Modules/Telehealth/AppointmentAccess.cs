using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>
/// Who may see and act on an appointment. The tenant scope has been applied already; this decides inside it. An appointment that is not
/// for the caller does not exist for the caller. People who came by a link are not callers here: their pass names their participant.
/// </summary>
public sealed class AppointmentAccess(TelehealthContext db, CurrentUser user, ITenantResolver tenants)
{
    /// <summary>The caller's clinic as secondary physician, where the association pairs physicians; nowhere else is a patient's secondary clinic told of anything.</summary>
    public Guid? SecondaryClinicId => user.Is(Roles.ClinicDoctor, Roles.ClinicStaff) && user.TenantId is { } tenant
        && tenants.ById(tenant)?.Settings.CareModel == CareModel.PairedPhysicians ? user.OrganisationId : null;

    /// <summary>Roles that see appointments, each those that concern it.</summary>
    public static IReadOnlyList<string> Readers { get; } = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor, Roles.DeskOperator, Roles.FacilityStaff];

    /// <summary>
    /// Clinics those of their patients, as secondary physician too where physicians are paired, and those that they perform; doctors also those they see themselves; the desk those
    /// that came from its cases; facilities those of their residents.
    /// </summary>
    public IQueryable<Appointment> Visible()
    {
        var (me, organisation, secondary) = (user.Id, user.OrganisationId, SecondaryClinicId);
        return user.Role switch
        {
            Roles.Portal => db.Appointments,
            Roles.ClinicDoctor or Roles.ClinicStaff => db.Appointments.Where(a =>
                a.PrimaryClinicId == organisation || (secondary != null && a.SecondaryClinicId == secondary) || a.PerformingClinicId == organisation || a.DoctorId == me),
            Roles.NightDoctor => db.Appointments.Where(a => a.DoctorId == me),
            Roles.DeskOperator => db.Appointments.Where(a => a.CaseId != null),
            Roles.FacilityStaff => db.Appointments.Where(a => a.FacilityId == organisation),
            _ => db.Appointments.Where(a => false),
        };
    }

    public Task<Appointment?> FindAsync(Guid id, CancellationToken cancellationToken) => Visible().FirstOrDefaultAsync(a => a.Id == id, cancellationToken);

    /// <summary>Only the doctor it is booked with conducts the consultation.</summary>
    public bool Conducts(Appointment appointment) => appointment.DoctorId == user.Id && user.Is(Roles.ClinicDoctor, Roles.NightDoctor);

    /// <summary>Books, moves and cancels: the patient's clinics and the clinic that performs; the desk what came from its cases.</summary>
    public bool Manages(Appointment appointment) =>
        user.Is(Roles.ClinicDoctor, Roles.ClinicStaff) && (appointment.PrimaryClinicId == user.OrganisationId || (SecondaryClinicId is { } second && appointment.SecondaryClinicId == second)
            || appointment.PerformingClinicId == user.OrganisationId)
        || user.Is(Roles.DeskOperator) && appointment.CaseId is not null
        || Conducts(appointment);

    /// <summary>The resident's home answers and moves what it comes to; what the family asked for, the family does.</summary>
    public bool Asked(Appointment appointment) =>
        user.Is(Roles.FacilityStaff) && appointment.FacilityId == user.OrganisationId && appointment.BookedByName != AskForAppointment.BookByLink.VisitorName;
}
