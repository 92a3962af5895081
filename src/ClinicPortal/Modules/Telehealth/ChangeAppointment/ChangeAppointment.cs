using ClinicPortal.Modules.Telehealth.AnswerOffer;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ChangeAppointment;

/// <summary>What clinic, doctor and desk do to an appointment: confirm, move, cancel, note that nobody came.</summary>
public sealed class ChangeAppointmentHandler(
    TelehealthContext db, CurrentUser user, AppointmentAccess access, AppointmentFollowUp followUp, AnswerOfferHandler offers, MoveAppointment move, TimeProvider clock)
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
        var says = appointment.AwaitsPatient ? OrganisationNews.Refused : OrganisationNews.Cancelled;
        if (appointment.Cancel(reason, clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        await (user.Is(Roles.FacilityStaff)
            ? followUp.CancelledByPatientAsync(appointment, says, reason, cancellationToken) : followUp.CancelledAsync(appointment, reason, tell: true, cancellationToken));
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
        var moved = await move.HandleAsync(appointment, practitionerId ?? appointment.PractitionerId, startsAt, cancellationToken);
        if (!moved.Succeeded)
        {
            return Result<Appointment>.Refused(moved.Errors);
        }
        if (appointment.Status == AppointmentStatus.Proposed && appointment.AwaitPatient() is { } refusal)
        {
            return refusal;
        }
        await followUp.MovedAsync(appointment, moved.Value, cancellationToken);
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

    /// <summary>A facility takes back what it asked for, too, and calls off what was booked for its resident until it begins.</summary>
    public bool MayCancel(Appointment appointment) => access.Manages(appointment)
        || access.Asked(appointment) && (appointment.Status == AppointmentStatus.Proposed || appointment.Status == AppointmentStatus.Booked && clock.GetUtcNow() < appointment.StartsAt);

    private Task<Appointment?> FindAsync(Guid id, CancellationToken cancellationToken) => access.FindAsync(id, cancellationToken);

    private Task<WaitingOffer?> OfferAsync(Appointment appointment, CancellationToken cancellationToken) =>
        db.Offers.SingleOrDefaultAsync(o => o.TenantId == appointment.TenantId && o.AppointmentId == appointment.Id, cancellationToken);
}
