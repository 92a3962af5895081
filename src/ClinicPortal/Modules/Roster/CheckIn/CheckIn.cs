using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.CheckIn;

/// <summary>出勤 and 退勤 of the caller's own shift.</summary>
public sealed class CheckInHandler(RosterContext db, OwnDuties duties, AttendanceOfShift attendances, CurrentUser user, AuditTrail audit, TimeProvider clock)
{
    /// <summary>A second press finds the person checked in, which is what it asks for.</summary>
    public async Task<Result<Guid>> CheckInAsync(Guid shift, CancellationToken cancellationToken)
    {
        if (await FindAsync(shift, cancellationToken) is not { } found)
        {
            return Error.NotFound("attendance.shift-not-found");
        }
        if (await attendances.FindAsync(found, duties.Role, cancellationToken) is { } known)
        {
            return known.Struck ? Error.Conflict("attendance.struck-out") : known.Id;
        }
        var attendance = Attendance.CheckIn(found, duties.Role, user, clock.GetUtcNow());
        if (!attendance.Succeeded)
        {
            return Result<Guid>.Refused(attendance.Errors);
        }
        db.Attendances.Add(attendance.Value);
        return await SavedAsync(attendance.Value, "checked-in", cancellationToken);
    }

    public async Task<Result<Guid>> CheckOutAsync(Guid shift, int? breakMinutes, CancellationToken cancellationToken)
    {
        if (await FindAsync(shift, cancellationToken) is not { } found)
        {
            return Error.NotFound("attendance.shift-not-found");
        }
        if (await attendances.FindAsync(found, duties.Role, cancellationToken) is not { } attendance)
        {
            return Error.Conflict("attendance.not-checked-in");
        }
        return attendance.CheckOut(found, breakMinutes, user, clock.GetUtcNow()) is { } refusal
            ? refusal : await SavedAsync(attendance, "checked-out", cancellationToken);
    }

    private Task<Shift?> FindAsync(Guid id, CancellationToken cancellationToken) => duties.Shifts().SingleOrDefaultAsync(shift => shift.Id == id, cancellationToken);

    private async Task<Result<Guid>> SavedAsync(Attendance attendance, string step, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(attendance.TenantId, "attendance", attendance.Id, step);
        return attendance.Id;
    }
}
