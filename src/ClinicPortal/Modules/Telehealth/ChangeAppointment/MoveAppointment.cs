using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ChangeAppointment;

/// <summary>Gives an appointment another free time by the rules of booking, whoever asks for it: the caller has found that they may.</summary>
public sealed class MoveAppointment(TelehealthContext db, PortalSession session, Reservation reservation, ITenantResolver tenants)
{
    /// <param name="practitionerId">One of the patient's doctors.</param>
    /// <returns>The time that it had.</returns>
    public async Task<Result<Slot>> HandleAsync(Appointment appointment, Guid practitionerId, DateTimeOffset? startsAt, CancellationToken cancellationToken)
    {
        if (startsAt is not { } time
            || await db.Practitioners.AsNoTracking().SingleOrDefaultAsync(p => p.TenantId == appointment.TenantId && p.Id == practitionerId, cancellationToken) is not { } practitioner
            || !practitioner.Sees(appointment.PrimaryClinicId, appointment.SecondaryClinicId))
        {
            return Error.OnField("slot", "booking.choose-time");
        }
        return await ToAsync(appointment, practitioner, time, cancellationToken);
    }

    /// <summary>To a doctor whom the association has chosen, of whatever clinic.</summary>
    public async Task<Result<Slot>> ToAsync(Appointment appointment, Practitioner practitioner, DateTimeOffset startsAt, CancellationToken cancellationToken)
    {
        if (await db.Offers.AnyAsync(o => o.TenantId == appointment.TenantId && o.AppointmentId == appointment.Id && o.State == OfferState.Open, cancellationToken))
        {
            return Error.Conflict("booking.on-offer");
        }
        var tenant = tenants.ById(appointment.TenantId)!;
        if (tenant.Settings.OnlineConsultation?.ServiceNamed(appointment.Service) is not { } service)
        {
            return Error.Conflict("booking.service");
        }
        var (before, formerDoctor) = (
            new Slot(appointment.PractitionerId, appointment.Service, appointment.StartsAt, appointment.EndsAt, appointment.BusyUntil, appointment.Room), appointment.DoctorId);
        var moved = await reservation.MoveAsync(
            appointment, new Reserved(tenant, practitioner, Of(appointment), service, startsAt, appointment.Told, Proposed: false), cancellationToken);
        if (!moved.Succeeded)
        {
            return Result<Slot>.Refused(moved.Errors);
        }
        session.Changed(AppointmentNews.DoctorTopic(formerDoctor));
        return before;
    }

    private static PatientSnapshot Of(Appointment a) => new(
        a.TenantId, new PatientId(a.PatientId), a.PatientName, a.PatientKana, a.PatientBirthDate, Enum.Parse<Sex>(a.PatientSex), a.Told.ContactPhone, "", "", null, null,
        new ClinicId(a.PrimaryClinicId), a.PrimaryClinicName, a.SecondaryClinicId is { } second ? new ClinicId(second) : null, null,
        a.FacilityId is { } facility ? new FacilityId(facility) : null, null);
}
