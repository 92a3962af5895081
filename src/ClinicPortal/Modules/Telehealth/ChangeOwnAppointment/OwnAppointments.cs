using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;

/// <summary>Where an appointment stands for who came by a link: two links lead to it.</summary>
/// <param name="Page">Of the appointment.</param>
/// <param name="Steps">What the addresses of its forms begin with.</param>
public sealed record OwnPaths(string Page, string Steps)
{
    /// <summary>The link of one appointment, which opens its room too.</summary>
    public static OwnPaths OfAppointment { get; } = new("/join/appointment", "/join");

    /// <summary>The link by which a patient or family asks for times.</summary>
    public static OwnPaths OfPatient(Guid id) => new($"/book/{id}", $"/book/{id}");

    public bool HasRoom => this == OfAppointment;
}

/// <param name="MayAskAgain">It does not take place, and the same can be asked for anew.</param>
/// <param name="AskedAgain">What was asked for by this link instead.</param>
public sealed record OwnAppointment(
    Appointment Appointment, TenantInfo Tenant, OwnPaths Paths, bool MayMove, bool MayAskAgain, Appointment? AskedAgain, FormState Form);

public sealed record OwnMove(Appointment Appointment, TenantInfo Tenant, OwnPaths Paths, SlotWeek Week, FormState Form);

/// <summary>The appointments that a link opens: the one it was given for, or those of the patient it names. Guests have none.</summary>
public sealed class OwnAppointments(
    TelehealthContext db, ChangeOwnAppointmentHandler change, FreeTimes free, ShowBooking booking, BookAppointmentHandler book, AuditTrail audit, ITenantResolver tenants)
{
    /// <param name="id">In the address of a patient's link; null for the link of one appointment.</param>
    public async Task<Appointment?> FindAsync(VisitorPass pass, Guid? id, CancellationToken cancellationToken)
    {
        var (tenant, subject) = (pass.Tenant.Value, pass.Subject);
        if (id is { } asked)
        {
            // What is held for somebody of the waiting list has a link of its own.
            return await db.Appointments.SingleOrDefaultAsync(
                a => a.TenantId == tenant && a.PatientId == subject && a.Id == asked
                    && !db.Offers.Any(o => o.TenantId == tenant && o.AppointmentId == asked && o.State == OfferState.Open), cancellationToken);
        }
        return await db.Participants.AsNoTracking().SingleOrDefaultAsync(p => p.TenantId == tenant && p.Id == subject && p.Role == ParticipantRole.Patient, cancellationToken) is { } patient
            ? await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == tenant && a.Id == patient.AppointmentId, cancellationToken) : null;
    }

    public async Task<OwnAppointment?> ShowAsync(VisitorPass pass, Guid? id, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, id, cancellationToken) is not { } appointment)
        {
            return null;
        }
        Opened(appointment, pass, null);
        var again = MayAskAgain(appointment, id)
            ? await db.Appointments.AsNoTracking().Where(a => a.TenantId == appointment.TenantId && a.BookedById == pass.LinkId && a.PatientId == appointment.PatientId)
                .OrderByDescending(a => a.BookedAt).FirstOrDefaultAsync(cancellationToken)
            : null;
        return new OwnAppointment(
            appointment, tenants.ById(appointment.TenantId)!, Paths(id), change.MayMove(appointment), MayAskAgain(appointment, id), again is { IsOpen: true } ? again : null, form);
    }

    public async Task<OwnMove?> ShowMoveAsync(VisitorPass pass, Guid? id, DateOnly? from, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, id, cancellationToken) is not { } appointment || !change.MayMove(appointment))
        {
            return null;
        }
        var tenant = tenants.ById(appointment.TenantId)!;
        var service = tenant.Settings.OnlineConsultation!.ServiceNamed(appointment.Service)!;
        var doctors = await free.DoctorsAsync(appointment.TenantId, appointment.PrimaryClinicId, appointment.SecondaryClinicId, cancellationToken);
        Opened(appointment, pass, "move");
        return new OwnMove(appointment, tenant, Paths(id), await booking.WeekAsync(tenant, doctors, service, from, cancellationToken), form);
    }

    /// <summary>The times for what is asked for instead of an appointment that does not take place.</summary>
    public async Task<BookingModel?> ShowAgainAsync(VisitorPass pass, DateOnly? from, FormState form, CancellationToken cancellationToken) =>
        await FindAsync(pass, null, cancellationToken) is { } over && MayAskAgain(over, null)
            ? await booking.HandleAsync(over.PatientId, over.Service, from, form, FormState.Empty, cancellationToken) : null;

    /// <summary>The same service at another time, once the appointment of this link does not take place. The contact is the former one unless another is written.</summary>
    public async Task<Result<Appointment>> AskAgainAsync(VisitorPass pass, BookAppointmentInput input, CancellationToken cancellationToken) =>
        await FindAsync(pass, null, cancellationToken) is { } over && MayAskAgain(over, null)
            ? await book.HandleAsync(
                input with { PatientId = over.PatientId, Service = over.Service, Phone = input.Phone ?? over.Told.ContactPhone, Email = input.Email ?? over.Told.ContactEmail }, cancellationToken)
            : Error.NotFound("appointment.not-found");

    private static OwnPaths Paths(Guid? id) => id is { } one ? OwnPaths.OfPatient(one) : OwnPaths.OfAppointment;

    /// <summary>By a link of its own only: by the patient's link everything is asked for on its first page.</summary>
    private bool MayAskAgain(Appointment appointment, Guid? id) =>
        id is null && appointment.Status is AppointmentStatus.Cancelled or AppointmentStatus.NoShow && change.IsByLink(appointment);

    private void Opened(Appointment appointment, VisitorPass pass, string? detail) => audit.Opened(
        appointment.TenantId, "appointment", appointment.Id, detail: detail ?? (pass.Subject == appointment.PatientId ? AskForAppointment.BookByLink.Purpose : JoinConsultation.JoinConsultation.Purpose).Name,
        patient: appointment.PatientId);
}
