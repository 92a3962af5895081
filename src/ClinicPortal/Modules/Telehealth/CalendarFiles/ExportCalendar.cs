using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Audit;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.CalendarFiles;

/// <summary>The calendar file of one appointment, or of all that are to come.</summary>
public sealed class ExportCalendar(AppointmentAccess access, CalendarFile calendar, AuditTrail audit, TimeProvider clock)
{
    private const int Limit = 500;

    public async Task<IResult> OneAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment)
        {
            return Results.NotFound();
        }
        audit.Exported("appointment", [(appointment.TenantId, id, (Guid?)appointment.PatientId)], "ics");
        return CalendarAnswer.Of(calendar.ForStaff([appointment]));
    }

    public async Task<IResult> AllAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var coming = await access.Visible().AsNoTracking().Where(a => a.EndsAt > now
                && (a.Status == AppointmentStatus.Proposed || a.Status == AppointmentStatus.Booked || a.Status == AppointmentStatus.Arrived))
            .OrderBy(a => a.StartsAt).Take(Limit).ToListAsync(cancellationToken);
        audit.Exported("appointment", coming.Select(a => (a.TenantId, a.Id, (Guid?)a.PatientId)), "ics");
        return CalendarAnswer.Of(calendar.ForStaff(coming));
    }
}
