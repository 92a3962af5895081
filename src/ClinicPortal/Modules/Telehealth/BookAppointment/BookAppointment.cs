using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.BookAppointment;

/// <param name="StartsAt">One of the free times.</param>
/// <param name="Reason">Why the patient is to be seen; stored encrypted.</param>
/// <param name="Phone">For messages; the patient's own number when left out.</param>
public sealed record BookAppointmentInput(
    Guid PatientId, Guid? PractitionerId, string? Service, DateTimeOffset? StartsAt, string? Reason, string? Phone, string? Email, string Language = "ja");

/// <summary>What was written about the person to reach.</summary>
public static class AppointmentContact
{
    public const int MaxReason = 500;

    /// <returns>What can be told, or what is wrong with it.</returns>
    public static Result<AppointmentTold> Read(string? reason, string? phone, string? email, string? knownPhone)
    {
        if (reason?.Length > MaxReason)
        {
            return Error.OnField("reason", "too-long", MaxReason);
        }
        if (!string.IsNullOrWhiteSpace(phone) && !PhoneNumber.TryRead(phone, out _))
        {
            return Error.OnField("phone", "booking.phone");
        }
        if (!string.IsNullOrWhiteSpace(email) && !MailAddresses.IsPlain(email))
        {
            return Error.OnField("email", "booking.email");
        }
        var number = string.IsNullOrWhiteSpace(phone) ? knownPhone : phone;
        return new AppointmentTold(
            string.IsNullOrWhiteSpace(reason) ? null : reason, string.IsNullOrWhiteSpace(number) ? null : PhoneDigits.Of(number),
            string.IsNullOrWhiteSpace(email) ? null : email);
    }
}

/// <summary>予約: the clinic books for its patient; patient, family and facility ask, and the clinic confirms.</summary>
public sealed class BookAppointmentHandler(
    TelehealthContext db, CurrentUser user, IPatients patients, Reservation reservation, AppointmentFollowUp followUp, ITenantResolver tenants)
{
    public async Task<Result<Appointment>> HandleAsync(BookAppointmentInput input, CancellationToken cancellationToken)
    {
        var id = new PatientId(input.PatientId);
        var byLink = user.Is(Roles.Visitor);
        if (await (byLink ? patients.FindForVisitorAsync(id, cancellationToken) : patients.FindAsync(id, cancellationToken)) is not { } patient
            || tenants.ById(patient.TenantId) is not { Settings.OnlineConsultation: { } settings } tenant)
        {
            return Error.NotFound("booking.no-patient");
        }
        var asks = byLink || user.Is(Roles.FacilityStaff);
        if (!asks && !user.Is(Roles.ClinicDoctor, Roles.ClinicStaff))
        {
            return Error.Forbidden("forbidden");
        }
        if (input.Service is null || settings.ServiceNamed(input.Service) is not { } service || (asks && !service.ByLink))
        {
            return Error.OnField("service", "booking.service");
        }
        if (input.StartsAt is not { } startsAt)
        {
            return Error.OnField("slot", "booking.choose-time");
        }
        var practitioner = await db.Practitioners.AsNoTracking().SingleOrDefaultAsync(p => p.TenantId == patient.TenantId && p.Id == input.PractitionerId, cancellationToken);
        if (practitioner is null || !practitioner.Sees(patient.PrimaryClinicId.Value, patient.SecondaryClinicId?.Value))
        {
            return Error.OnField("slot", "booking.choose-time");
        }
        var told = AppointmentContact.Read(input.Reason, input.Phone, input.Email, patient.Phone);
        if (!told.Succeeded)
        {
            return Result<Appointment>.Refused(told.Errors);
        }
        var taken = await reservation.TakeAsync(
            new Reserved(tenant, practitioner, patient, service, startsAt, told.Value, Proposed: asks, input.Language is "en" ? "en" : "ja"), cancellationToken);
        if (taken.Succeeded)
        {
            await (asks ? followUp.ProposedAsync(taken.Value, cancellationToken) : followUp.BookedAsync(taken.Value, cancellationToken));
        }
        return taken;
    }
}
