using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;

/// <summary>
/// What patient and family do to their appointment by their link, and a facility to its resident's: say that they come, choose another free time, answer a time
/// that the clinic proposes, call it off. The caller has found that the appointment is theirs.
/// </summary>
public sealed class ChangeOwnAppointmentHandler(
    TelehealthContext db, AppointmentNews news, AppointmentFollowUp followUp, MoveAppointment move, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<Result<Appointment>> ConfirmAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        if (appointment.ConfirmByPatient(clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        news.Add(appointment, AppointmentEventKind.PatientConfirmed);
        await db.SaveChangesAsync(cancellationToken);
        return appointment;
    }

    public Task<Result<Appointment>> CancelAsync(Appointment appointment, string? reason, CancellationToken cancellationToken) =>
        EndAsync(appointment, OrganisationNews.Cancelled, reason, cancellationToken);

    /// <summary>The time that the clinic proposed is taken.</summary>
    public async Task<Result<Appointment>> AgreeAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        if (appointment.Agree(clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await followUp.AgreedAsync(appointment, cancellationToken);
        return appointment;
    }

    /// <summary>The time that the clinic proposed is not taken, and no other is asked for.</summary>
    public async Task<Result<Appointment>> RefuseAsync(Appointment appointment, string? word, CancellationToken cancellationToken) => appointment.AwaitsPatient
        ? await EndAsync(appointment, OrganisationNews.Refused, word, cancellationToken) : Error.Conflict("appointment.nothing-proposed");

    /// <param name="word">What they say about it to the clinic.</param>
    public async Task<Result<Appointment>> MoveAsync(Appointment appointment, Guid? practitionerId, DateTimeOffset? startsAt, string? word, CancellationToken cancellationToken)
    {
        if (word?.Length > ChangeAppointmentHandler.MaxReason)
        {
            return Error.OnField("reason", "too-long", ChangeAppointmentHandler.MaxReason);
        }
        if (!MayMove(appointment))
        {
            return Error.Conflict("appointment.too-late-to-move");
        }
        var formerClinic = appointment.PerformingClinicId;
        var moved = await move.HandleAsync(appointment, practitionerId ?? appointment.PractitionerId, startsAt, cancellationToken);
        if (!moved.Succeeded)
        {
            return Result<Appointment>.Refused(moved.Errors);
        }
        if (appointment.Status == AppointmentStatus.Booked)
        {
            // Whoever chooses a time comes to it: they are not asked again.
            appointment.ConfirmByPatient(clock.GetUtcNow());
        }
        await followUp.MovedByPatientAsync(appointment, moved.Value, formerClinic, word, cancellationToken);
        return appointment;
    }

    /// <summary>Until it begins, and of what can be asked for without the clinic: the times of anything else the clinic gives.</summary>
    public bool MayMove(Appointment appointment) =>
        appointment.Status is AppointmentStatus.Proposed or AppointmentStatus.Booked && clock.GetUtcNow() < appointment.StartsAt && IsByLink(appointment);

    /// <summary>Patients and facilities may ask for the same again.</summary>
    public bool IsByLink(Appointment appointment) =>
        tenants.ById(appointment.TenantId)?.Settings.OnlineConsultation?.ServiceNamed(appointment.Service) is { ByLink: true };

    private async Task<Result<Appointment>> EndAsync(Appointment appointment, OrganisationNews says, string? reason, CancellationToken cancellationToken)
    {
        if (reason?.Length > ChangeAppointmentHandler.MaxReason)
        {
            return Error.OnField("reason", "too-long", ChangeAppointmentHandler.MaxReason);
        }
        if (appointment.Cancel(reason, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await followUp.CancelledByPatientAsync(appointment, says, reason, cancellationToken);
        return appointment;
    }
}
