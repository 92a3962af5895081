using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

internal sealed record AppointmentRef(Guid Appointment);

/// <summary>
/// Pictures of a consultation that is over or did not take place. The photo of a document has served its purpose, whether or not somebody looked at it: kept is
/// what was found, in the gate's evidence. What was shown in the room is part of the chart where there was a consultation, and kept for the years of charts;
/// of one that was called off or nobody came to it goes as well, unless a note was begun that may rest on it. Words stay: who called off, and why, is read there.
/// </summary>
internal sealed class DeletePhotos(TelehealthContext db, AuditTrail audit) : IWorkHandler
{
    public static string Kind => "telehealth.delete-photos";

    public static WorkItem Of(Appointment appointment, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(appointment.TenantId), new AppointmentRef(appointment.Id), $"{Kind}:{appointment.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<AppointmentRef>().Appointment;
        if (await db.Appointments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { IsOpen: false } appointment)
        {
            return;
        }
        var documents = await db.Documents.Where(d => d.TenantId == appointment.TenantId && d.AppointmentId == id).ExecuteDeleteAsync(cancellationToken);
        if (documents > 0)
        {
            audit.Changed(appointment.TenantId, "appointment", id, "identity document deleted", patient: appointment.PatientId);
        }
        if (appointment.Status is not (AppointmentStatus.Cancelled or AppointmentStatus.NoShow)
            || await db.Notes.AnyAsync(n => n.TenantId == appointment.TenantId && n.AppointmentId == id, cancellationToken))
        {
            return;
        }
        var shown = await db.RoomMessages.Where(m => m.TenantId == appointment.TenantId && m.AppointmentId == id && m.SealedPhoto != null)
            .Select(m => m.Id).ToListAsync(cancellationToken);
        await db.RoomMessages.Where(m => m.TenantId == appointment.TenantId && shown.Contains(m.Id)).ExecuteDeleteAsync(cancellationToken);
        foreach (var photo in shown)
        {
            audit.Changed(appointment.TenantId, "room-message", photo, "photo deleted", patient: appointment.PatientId);
        }
    }
}
