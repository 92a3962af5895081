using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.SayInRoom;

public sealed record RoomLine(Guid Id, string Name, ParticipantRole Role, DateTimeOffset At, string? Text);

/// <param name="Path">Where this reader's room is: everything is below it.</param>
public sealed record RoomLines(IReadOnlyList<RoomLine> Lines, bool MayWrite, string Path, TenantInfo Tenant, FormState Form);

/// <summary>What is written and shown in a room: by those who take part in it, and to them only. It stays with the consultation.</summary>
public sealed class SayInRoom(TelehealthContext db, AppointmentAccess access, PortalSession session, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostLines = 300;

    public async Task<RoomLines?> ForVisitorAsync(Guid participantId, FormState form, CancellationToken cancellationToken) =>
        await VisitorAsync(participantId, cancellationToken) is var (appointment, self)
            ? await ReadAsync(appointment, MayRead(appointment, self), "/join/room", form, cancellationToken) : null;

    public async Task<RoomLines?> ForDoctorAsync(Guid id, FormState form, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } appointment && access.Conducts(appointment) ? await ReadAsync(appointment, true, PathOf(id), form, cancellationToken) : null;

    /// <summary>Also for the clinics that the appointment concerns, once the consultation is over: it is part of the chart.</summary>
    public async Task<RoomLines?> ForChartAsync(Guid id, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } appointment && (access.Conducts(appointment) || access.Manages(appointment))
            ? await ReadAsync(appointment, access.Conducts(appointment) || !appointment.IsOpen, PathOf(id), FormState.Empty, cancellationToken) : null;

    public async Task<Result<Guid>> SayAsVisitorAsync(Guid participantId, string? text, byte[]? photo, CancellationToken cancellationToken) =>
        await VisitorAsync(participantId, cancellationToken) is var (appointment, self) ? await SayAsync(appointment, self, text, photo, cancellationToken)
        : Error.NotFound("appointment.not-found");

    public async Task<Result<Guid>> SayAsDoctorAsync(Guid id, string? text, byte[]? photo, CancellationToken cancellationToken) =>
        await DoctorAsync(id, cancellationToken) is var (appointment, self) ? await SayAsync(appointment, self, text, photo, cancellationToken)
        : Error.NotFound("appointment.not-found");

    public async Task<Photo?> PhotoForVisitorAsync(Guid participantId, Guid message, CancellationToken cancellationToken) =>
        await VisitorAsync(participantId, cancellationToken) is var (appointment, self) && MayRead(appointment, self) ? await PhotoAsync(appointment, message, cancellationToken) : null;

    /// <summary>The doctor, and the clinics that the appointment concerns: it is part of the chart.</summary>
    public async Task<Photo?> PhotoAsync(Guid id, Guid message, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } appointment && (access.Conducts(appointment) || access.Manages(appointment))
            ? await PhotoAsync(appointment, message, cancellationToken) : null;

    private static string PathOf(Guid id) => $"/consultations/{id}";

    private static bool MayRead(Appointment appointment, Participant self) => appointment.IsOpen && self.State == ParticipantState.Admitted || self.Role == ParticipantRole.Doctor;

    private async Task<RoomLines?> ReadAsync(Appointment appointment, bool mayRead, string path, FormState form, CancellationToken cancellationToken)
    {
        if (!mayRead)
        {
            return new RoomLines([], false, path, tenants.ById(appointment.TenantId)!, form);
        }
        var names = (await db.Participants.AsNoTracking().Where(p => p.TenantId == appointment.TenantId && p.AppointmentId == appointment.Id).ToListAsync(cancellationToken)).ToDictionary(p => p.Id);
        var messages = await db.RoomMessages.AsNoTracking().Where(m => m.TenantId == appointment.TenantId && m.AppointmentId == appointment.Id)
            .OrderByDescending(m => m.SentAt).ThenByDescending(m => m.Id).Take(MostLines).ToListAsync(cancellationToken);
        audit.Listed("room-message", messages.Select(m => (m.TenantId, m.Id, (Guid?)appointment.PatientId)), refresh: true);
        return new RoomLines(
            [.. messages.AsEnumerable().Reverse().Select(m => new RoomLine(m.Id, names[m.ParticipantId].Name, names[m.ParticipantId].Role, m.SentAt, m.SealedText?.Value))],
            appointment.IsOpen, path, tenants.ById(appointment.TenantId)!, form);
    }

    private async Task<Result<Guid>> SayAsync(Appointment appointment, Participant self, string? text, byte[]? photo, CancellationToken cancellationToken)
    {
        if (!appointment.IsOpen || self.State != ParticipantState.Admitted)
        {
            return Error.Conflict("room.not-in-call");
        }
        if (photo is null && text is not { Length: > 0 and <= RoomMessage.MaxText })
        {
            return Error.OnField("text", text is null ? "required" : "room.text-too-long", RoomMessage.MaxText);
        }
        var now = clock.GetUtcNow();
        var shown = photo is null ? null : JpegPhoto.Read(photo);
        if (photo is not null && shown is null)
        {
            return Error.OnField("photo", "room.no-photo");
        }
        var message = shown is not null ? RoomMessage.Shown(self, shown, now) : RoomMessage.Written(self, text!, now);
        db.RoomMessages.Add(message);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(message.TenantId, "room-message", message.Id, photo is null ? "written" : "photo", patient: appointment.PatientId);
        session.Changed(Rooms.SaidTopic(appointment.Id));
        return message.Id;
    }

    private async Task<Photo?> PhotoAsync(Appointment appointment, Guid id, CancellationToken cancellationToken)
    {
        var message = await db.RoomMessages.SingleOrDefaultAsync(m => m.TenantId == appointment.TenantId && m.AppointmentId == appointment.Id && m.Id == id, cancellationToken);
        if (message?.SealedPhoto is not { } photo)
        {
            return null;
        }
        audit.Opened(message.TenantId, "room-message", id, detail: "photo", patient: appointment.PatientId);
        return photo.Value;
    }

    private async Task<(Appointment, Participant)?> VisitorAsync(Guid participantId, CancellationToken cancellationToken) =>
        await db.Participants.SingleOrDefaultAsync(p => p.Id == participantId, cancellationToken) is { AccountId: null, State: not ParticipantState.Removed } self
        && await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == self.TenantId && a.Id == self.AppointmentId, cancellationToken) is { } appointment ? (appointment, self) : null;

    private async Task<(Appointment, Participant)?> DoctorAsync(Guid id, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } appointment && access.Conducts(appointment)
        && await db.Participants.SingleOrDefaultAsync(p => p.TenantId == appointment.TenantId && p.AppointmentId == id && p.Role == ParticipantRole.Doctor, cancellationToken) is { } self
            ? (appointment, self) : null;
}
