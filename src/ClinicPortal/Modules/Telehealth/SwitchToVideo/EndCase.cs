using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.SwitchToVideo;

internal sealed record VideoOfCase(Guid Appointment);

/// <summary>
/// Looks again and again what has become of a case's consultation, until it has ended: then the case is over too, or goes back to the doctor's decision
/// because nobody was seen. Nobody at the desk has to remember it.
/// </summary>
internal sealed class EndCase(TelehealthContext db, ICases cases, PortalSession session, TimeProvider clock) : IWorkHandler
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);

    public static string Kind => "telehealth.end-case";

    public static WorkItem Of(Appointment appointment, DateTimeOffset at, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(appointment.TenantId), new VideoOfCase(appointment.Id), $"{Kind}:{appointment.Id}:{at.UtcTicks}", now, at);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<VideoOfCase>().Appointment;
        if (await db.Appointments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { CaseId: { } caseId } appointment)
        {
            return;
        }
        if (appointment.IsOpen)
        {
            session.Enqueue(Of(appointment, clock.GetUtcNow() + LookAgain, clock.GetUtcNow()));
            return;
        }
        await cases.EndVideoAsync(new CaseId(caseId), appointment.Status == AppointmentStatus.Fulfilled, cancellationToken);
    }
}
