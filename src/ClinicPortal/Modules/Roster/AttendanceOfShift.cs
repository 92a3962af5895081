using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster;

/// <summary>Finds the one attendance of a shift and role for whoever is about to write it.</summary>
public sealed class AttendanceOfShift(RosterContext db)
{
    /// <summary>Until the end of the transaction nobody else writes this shift's attendance: two presses at once become one after the other.</summary>
    public async Task<Attendance?> FindAsync(Shift shift, DutyRole role, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({$"attendance:{shift.Id}:{role}"}, 0))", cancellationToken);
        return await db.Attendances.SingleOrDefaultAsync(a => a.TenantId == shift.TenantId && a.ShiftId == shift.Id && a.Role == role, cancellationToken);
    }
}
