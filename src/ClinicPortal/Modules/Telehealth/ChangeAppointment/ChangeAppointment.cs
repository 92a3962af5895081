using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ChangeAppointment;

/// <summary>What clinic, doctor and desk do to an appointment: confirm, move, cancel, note that nobody came.</summary>
public sealed class ChangeAppointmentHandler(
    TelehealthContext db, CurrentUser user, AppointmentAccess access, AppointmentNews news, AppointmentFollowUp followUp, AnswerOfferHandler offers, Reservation reservation,
    ITenantResolver tenants, TimeProvider clock)
{
    public const int MaxReason = 500;

    public Task<Result<Appointment>> AcceptAsync(Guid id, CancellationToken cancellationToken) => ChangeAsync(id, access.Manages, async appointment =>
    {
        // Who waited for it answers by phone: the offer is taken with it.
        if (await OfferAsync(appointment, cancellationToken) is { State: OfferState.Open } offer)
        {
            return await offers.TakeAsync(appointment, offer, cancellationToken);
        }
        if (appointment.Accept() is { } refusal)
        {
            return refusal;
        }
        await followUp.BookedAsync(appointment, cancellationToken);
        return null;
    }, cancellationToken);

    public Task<Result<Appointment>> CancelAsync(Guid id, string? reason, CancellationToken cancellationToken) => ChangeAsync(id, MayCancel, async appointment =>
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            return Error.OnField("reason", "required");
        }
        if (reason.Length > MaxReason)
        {
            return Error.OnField("reason", "too-long", MaxReason);
        }
        if (await OfferAsync(appointment, cancellationToken) is { State: OfferState.Open } offer)
        {
            return await offers.LetGoAsync(offer, OfferState.Refused, cancellationToken);
        }
        if (appointment.Cancel(reason, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await followUp.CancelledAsync(appointment, reason, tell: true, cancellationToken);
        return null;
    }, cancellationToken);

    public Task<Result<Appointment>> NoShowAsync(Guid id, CancellationToken cancellationToken) => ChangeAsync(id, access.Manages, async appointment =>
    {
        if (appointment.NoShow(clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await followUp.MissedAsync(appointment, cancellationToken);
        return null;
    }, cancellationToken);

    /// <param name="practitionerId">The same doctor when null.</param>
    public async Task<Result<Appointment>> MoveAsync(Guid id, Guid? practitionerId, DateTimeOffset? startsAt, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!access.Manages(appointment))
        {
            return Error.Forbidden("forbidden");
        }
        if (await OfferAsync(appointment, cancellationToken) is { State: OfferState.Open })
        {
            return Error.Conflict("booking.on-offer");
        }
        var doctor = practitionerId ?? appointment.PractitionerId;
        if (startsAt is not { } time
            || await db.Practitioners.AsNoTracking().SingleOrDefaultAsync(p => p.TenantId == appointment.TenantId && p.Id == doctor, cancellationToken) is not { } practitioner
            || !practitioner.Sees(appointment.PrimaryClinicId, appointment.SecondaryClinicId))
        {
            return Error.OnField("slot", "booking.choose-time");
        }
        var tenant = tenants.ById(appointment.TenantId)!;
        if (tenant.Settings.OnlineConsultation?.ServiceNamed(appointment.Service) is not { } service)
        {
            return Error.Conflict("booking.service");
        }
        var before = new Slot(appointment.PractitionerId, appointment.Service, appointment.StartsAt, appointment.EndsAt, appointment.BusyUntil, appointment.Room);
        var moved = await reservation.MoveAsync(
            appointment, new Reserved(tenant, practitioner, Of(appointment), service, time, appointment.Told, Proposed: false), cancellationToken);
        if (moved.Succeeded)
        {
            await followUp.MovedAsync(appointment, before, cancellationToken);
        }
        return moved;
    }

    /// <summary>The patient or family comes, and says so.</summary>
    public async Task<Result<Appointment>> ConfirmByPatientAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        if (appointment.ConfirmByPatient(clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        news.Add(appointment, AppointmentEventKind.PatientConfirmed);
        await db.SaveChangesAsync(cancellationToken);
        return appointment;
    }

    /// <summary>The patient or family does not come.</summary>
    public async Task<Result<Appointment>> CancelByPatientAsync(Appointment appointment, string? reason, CancellationToken cancellationToken)
    {
        if (reason?.Length > MaxReason)
        {
            return Error.OnField("reason", "too-long", MaxReason);
        }
        if (appointment.Cancel(reason, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await followUp.CancelledByPatientAsync(appointment, reason, cancellationToken);
        return appointment;
    }

    private async Task<Result<Appointment>> ChangeAsync(
        Guid id, Func<Appointment, bool> may, Func<Appointment, Task<Error?>> change, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!may(appointment))
        {
            return Error.Forbidden("forbidden");
        }
        return await change(appointment) is { } refusal ? refusal : appointment;
    }

    /// <summary>A facility takes back what it asked for, too.</summary>
    public bool MayCancel(Appointment appointment) =>
        access.Manages(appointment) || user.Is(Roles.FacilityStaff) && appointment.FacilityId == user.OrganisationId && appointment.Status == AppointmentStatus.Proposed
            // What the family asked for, the family takes back.
            && appointment.BookedByName != AskForAppointment.BookByLink.VisitorName;

    private static PatientSnapshot Of(Appointment a) => new(
        a.TenantId, new PatientId(a.PatientId), a.PatientName, a.PatientKana, a.PatientBirthDate, Enum.Parse<Sex>(a.PatientSex), a.Told.ContactPhone, "", "", null, null,
        new ClinicId(a.PrimaryClinicId), a.PrimaryClinicName, a.SecondaryClinicId is { } second ? new ClinicId(second) : null, null,
        a.FacilityId is { } facility ? new FacilityId(facility) : null, null);

    private Task<Appointment?> FindAsync(Guid id, CancellationToken cancellationToken) => access.FindAsync(id, cancellationToken);

    private Task<WaitingOffer?> OfferAsync(Appointment appointment, CancellationToken cancellationToken) =>
        db.Offers.SingleOrDefaultAsync(o => o.TenantId == appointment.TenantId && o.AppointmentId == appointment.Id, cancellationToken);
}
