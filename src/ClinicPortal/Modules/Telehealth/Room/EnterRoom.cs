using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>A page of a participant connects to the room, comes into the waiting room, and is gone again.</summary>
public sealed class EnterRoom(TelehealthContext db, AppointmentNews news, AuditTrail audit, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    /// <returns>The participant; null when the ticket opens nothing (any more).</returns>
    public async Task<Participant?> ConnectAsync(RoomTicket ticket, Guid connectionId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await db.UsedTickets.AnyAsync(t => t.TenantId == ticket.TenantId && t.Id == ticket.Id, cancellationToken)
            || await FindAsync(ticket, cancellationToken) is not var (appointment, participant))
        {
            return null;
        }
        db.UsedTickets.Add(UsedTicket.Of(ticket.TenantId, ticket.Id, now));
        participant.Connect(connectionId, now + RoomPresence.Lease);
        if (participant.Role == ParticipantRole.Doctor)
        {
            participant.Arrive(now);
            participant.Admit(now);
        }
        audit.Opened(appointment.TenantId, "appointment", appointment.Id, detail: "room", patient: appointment.PatientId);
        news.Changed(appointment);
        await db.SaveChangesAsync(cancellationToken);
        return participant;
    }

    /// <summary>The visitor has seen to picture and sound and waits now.</summary>
    public async Task<Error?> ArriveAsync(RoomTicket ticket, Guid participantId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await FindAsync(ticket with { ParticipantId = participantId }, cancellationToken) is not var (appointment, participant))
        {
            return Error.NotFound("appointment.not-found");
        }
        if (participant.State is ParticipantState.Waiting or ParticipantState.Admitted)
        {
            return null;
        }
        if (now < OpensAt(appointment, tenants))
        {
            return Error.Conflict("room.too-early");
        }
        if (participant.Role is not (ParticipantRole.Patient or ParticipantRole.Doctor) && participant.ConsentedAt is null)
        {
            return Error.Conflict("room.rules-not-agreed");
        }
        if (participant.Arrive(now) is { } sentAway)
        {
            return sentAway;
        }
        if (participant.Role == ParticipantRole.Patient)
        {
            if (appointment.Arrive(now) is { } refusal)
            {
                return refusal;
            }
            news.Add(appointment, AppointmentEventKind.Arrived);
        }
        news.Changed(appointment);
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }

    /// <summary>The page is gone: closed, reloading, or without a network. Another one may have taken over already.</summary>
    public async Task DisconnectAsync(RoomTicket ticket, Guid participantId, Guid connectionId, CancellationToken cancellationToken)
    {
        var forgotten = await db.Participants.Where(p => p.TenantId == ticket.TenantId && p.Id == participantId && p.ConnectionId == connectionId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.ConnectionId, (Guid?)null), cancellationToken);
        if (forgotten > 0 && await db.Appointments.AsNoTracking().SingleOrDefaultAsync(a => a.TenantId == ticket.TenantId && a.Id == ticket.AppointmentId, cancellationToken) is { } appointment)
        {
            news.Changed(appointment);
        }
    }

    /// <summary>When visitors may come in.</summary>
    public static DateTimeOffset OpensAt(Appointment appointment, ITenantResolver tenants) =>
        appointment.StartsAt.AddMinutes(-(tenants.ById(appointment.TenantId)?.Settings.OnlineConsultation?.Booking.OpenMinutesBefore ?? 0));

    private async Task<(Appointment, Participant)?> FindAsync(RoomTicket ticket, CancellationToken cancellationToken)
    {
        var (tenant, id) = (ticket.TenantId, ticket.AppointmentId);
        // Once an association has closed, nobody takes part in anything of it.
        if (tenants.ById(tenant)?.IsHeldAt(clock.GetUtcNow()) != false
            || await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == tenant && a.Id == id, cancellationToken) is not { IsOpen: true, Status: not AppointmentStatus.Proposed } appointment)
        {
            return null;
        }
        if (ticket.ByLink)
        {
            return await db.Participants.SingleOrDefaultAsync(p => p.TenantId == tenant && p.AppointmentId == id && p.Id == ticket.ParticipantId, cancellationToken)
                is { State: not ParticipantState.Removed, AccountId: null } visitor ? (appointment, visitor) : null;
        }
        // It may have gone to another doctor meanwhile.
        if (appointment.DoctorId != user.Id)
        {
            return null;
        }
        var doctor = await db.Participants.SingleOrDefaultAsync(p => p.TenantId == tenant && p.AppointmentId == id && p.Role == ParticipantRole.Doctor, cancellationToken);
        if (doctor is null)
        {
            doctor = Participant.Invite(appointment, ParticipantRole.Doctor, appointment.DoctorName, "ja", appointment.DoctorId, clock.GetUtcNow());
            db.Participants.Add(doctor);
        }
        return (appointment, doctor);
    }
}
