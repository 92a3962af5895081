using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Purpose = ClinicPortal.Modules.Telehealth.JoinConsultation.JoinConsultation;

namespace ClinicPortal.Modules.Telehealth.InviteGuest;

/// <param name="Chosen">Whose links are shown; null for the list of all guests.</param>
/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record RoomGuests(
    Appointment Appointment, TenantInfo Tenant, IReadOnlyList<Participant> Guests, Participant? Chosen, IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <param name="Shown">What the next page shows once.</param>
public sealed record InvitedGuest(Guid Participant, string Shown);

/// <summary>The doctor invites family, nurse, interpreter or facility staff by a link of their own, lets them in one by one, and sends them away.</summary>
public sealed class InviteGuest(
    TelehealthContext db, AppointmentAccess access, AppointmentNews news, IVisitorLinks links, IRoomTopology topology, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostGuests = 8;
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromHours(2);

    public static IReadOnlyList<ParticipantRole> Roles { get; } =
        [ParticipantRole.Family, ParticipantRole.Nurse, ParticipantRole.Interpreter, ParticipantRole.FacilityStaff, ParticipantRole.OtherGuest];

    public async Task<RoomGuests?> ShowAsync(Guid id, Guid? guest, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (await HeldAsync(id, cancellationToken) is not { } appointment)
        {
            return null;
        }
        var guests = (await db.Participants.AsNoTracking().Where(p => p.TenantId == appointment.TenantId && p.AppointmentId == id).OrderBy(p => p.Id)
            .ToListAsync(cancellationToken)).FindAll(p => Roles.Contains(p.Role));
        var chosen = guests.Find(p => p.Id == guest);
        if (guest is not null && chosen is null)
        {
            return null;
        }
        return new RoomGuests(
            appointment, tenants.ById(appointment.TenantId)!, guests, chosen,
            chosen is null ? [] : await links.OfAsync(Purpose.Purpose, new TenantId(appointment.TenantId), chosen.Id, cancellationToken),
            chosen is null ? null : links.Unwrap(chosen.Id, shown), form);
    }

    public async Task<Result<InvitedGuest>> InviteAsync(Guid id, ParticipantRole? role, CancellationToken cancellationToken)
    {
        if (await HeldAsync(id, cancellationToken) is not { } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (role is not { } named || !Roles.Contains(named))
        {
            return Error.OnField("role", "required");
        }
        await db.LockRoomAsync(appointment, cancellationToken);
        if (!appointment.IsOpen || await db.Participants.CountAsync(p => p.TenantId == appointment.TenantId && p.AppointmentId == id, cancellationToken) >= MostGuests + 2)
        {
            return Error.Conflict(appointment.IsOpen ? "room.too-many-guests" : "appointment.not-booked");
        }
        // What they are called they say themselves.
        var participant = Participant.Invite(appointment, named, "", "ja", null, clock.GetUtcNow());
        db.Participants.Add(participant);
        news.Add(appointment, AppointmentEventKind.GuestInvited, $"{named}");
        await db.SaveChangesAsync(cancellationToken);
        return new InvitedGuest(participant.Id, await GiveAsync(appointment, participant.Id, cancellationToken));
    }

    /// <summary>Another link, where the first was lost.</summary>
    public async Task<Result<InvitedGuest>> GiveLinkAsync(Guid id, Guid guest, CancellationToken cancellationToken) =>
        await FindAsync(id, guest, cancellationToken) is not var (appointment, participant) ? Error.NotFound("appointment.not-found")
        : !appointment.IsOpen || participant.State == ParticipantState.Removed ? Error.Conflict("appointment.not-booked")
        : new InvitedGuest(guest, await GiveAsync(appointment, guest, cancellationToken));

    public async Task<Result<Guid>> RevokeAsync(Guid id, Guid guest, Guid link, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, guest, cancellationToken) is not var (appointment, _)
            || !await links.RevokeAsync(Purpose.Purpose, new TenantId(appointment.TenantId), guest, link, cancellationToken))
        {
            return Error.NotFound("appointment.not-found");
        }
        audit.Changed(appointment.TenantId, "link", link, $"revoked, appointment {appointment.Number}", patient: appointment.PatientId);
        return link;
    }

    public async Task<Result<Guid>> AdmitAsync(Guid id, Guid guest, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, guest, cancellationToken) is not var (appointment, participant))
        {
            return Error.NotFound("appointment.not-found");
        }
        if (appointment.Status != AppointmentStatus.InProgress)
        {
            return Error.Conflict("appointment.not-begun");
        }
        await db.LockRoomAsync(appointment, cancellationToken);
        if (await db.Participants.CountAsync(p => p.TenantId == appointment.TenantId && p.AppointmentId == id && p.State == ParticipantState.Admitted, cancellationToken) >= topology.MostAdmitted)
        {
            return Error.Conflict("room.full", topology.MostAdmitted);
        }
        if (participant.Admit(clock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        news.Add(appointment, AppointmentEventKind.GuestAdmitted, $"{participant.Role} {participant.Name}");
        await db.SaveChangesAsync(cancellationToken);
        return guest;
    }

    /// <summary>Out of the room at once, and in by no link again.</summary>
    public async Task<Result<Guid>> RemoveAsync(Guid id, Guid guest, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, guest, cancellationToken) is not var (appointment, participant))
        {
            return Error.NotFound("appointment.not-found");
        }
        participant.Remove(clock.GetUtcNow());
        news.Add(appointment, AppointmentEventKind.ParticipantRemoved, $"{participant.Role} {participant.Name}");
        await db.SaveChangesAsync(cancellationToken);
        return guest;
    }

    private async Task<string> GiveAsync(Appointment appointment, Guid guest, CancellationToken cancellationToken)
    {
        var tenant = new TenantId(appointment.TenantId);
        var issued = await links.IssueAsync(Purpose.Purpose, tenant, guest, appointment.PatientBirthDate, appointment.EndsAt + AfterTheEnd, cancellationToken);
        audit.Changed(appointment.TenantId, "link", issued.Id, $"given, appointment {appointment.Number}", patient: appointment.PatientId);
        return links.Wrap(tenant, guest, issued);
    }

    private async Task<Appointment?> HeldAsync(Guid id, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } found && access.Conducts(found) ? found : null;

    private async Task<(Appointment, Participant)?> FindAsync(Guid id, Guid guest, CancellationToken cancellationToken) =>
        await HeldAsync(id, cancellationToken) is { } appointment
        && await db.Participants.SingleOrDefaultAsync(p => p.TenantId == appointment.TenantId && p.AppointmentId == id && p.Id == guest, cancellationToken) is { } participant
        && Roles.Contains(participant.Role) ? (appointment, participant) : null;
}
