using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.CheckIn;

/// <summary>The shifts of the caller, in the role in which the caller signed in.</summary>
public sealed class OwnDuties(RosterContext db, CurrentUser user, ITenantResolver tenants, TimeProvider clock) : IOwnDuty
{
    public DutyRole Role => user.Is(Roles.NightDoctor) ? DutyRole.Doctor : DutyRole.Driver;

    public IQueryable<Shift> Shifts() => Role == DutyRole.Doctor
        ? db.Shifts.Where(shift => shift.DoctorAccountId == user.Id)
        : db.Shifts.Where(shift => shift.DriverAccountId == user.Id);

    public async Task<IReadOnlyList<OwnDuty>> NowAsync(CancellationToken cancellationToken)
    {
        var (now, role) = (clock.GetUtcNow(), Role);
        var (begun, ended) = (now + Attendance.EarliestCheckIn, now - Attendance.LatestCheckOut);
        var near =
            from shift in Shifts()
            where shift.StartsAt <= begun && shift.EndsAt > ended
            from attendance in db.Attendances.Where(a => a.TenantId == shift.TenantId && a.ShiftId == shift.Id && a.Role == role).DefaultIfEmpty()
            select new { Shift = shift, Attendance = attendance };
        var open =
            from attendance in db.Attendances
            where attendance.AccountId == user.Id && attendance.Role == role && attendance.CheckedOutAt == null && !attendance.Struck
            join shift in db.Shifts on new { attendance.TenantId, Id = attendance.ShiftId } equals new { shift.TenantId, shift.Id }
            where shift.EndsAt <= ended
            select new { Shift = shift, Attendance = (Attendance?)attendance };
        var rows = (await open.AsNoTracking().ToListAsync(cancellationToken)).Concat(await near.AsNoTracking().ToListAsync(cancellationToken)).ToList();
        if (rows.Count == 0)
        {
            return [];
        }
        var units = await db.Units.AsNoTracking().Where(unit => rows.Select(row => row.Shift.UnitId).Contains(unit.Id)).ToDictionaryAsync(unit => unit.Id, cancellationToken);
        return
        [
            .. from row in rows
               where row.Attendance is not { Struck: true }
               orderby row.Shift.StartsAt
               select Duty(row.Shift, units[row.Shift.UnitId].Name, row.Attendance, now),
        ];
    }

    private OwnDuty Duty(Shift shift, string unit, Attendance? attendance, DateTimeOffset now)
    {
        var zone = tenants.ById(shift.TenantId)!.Zone;
        var (day, from) = WallClock.Of(shift.StartsAt, zone);
        return new OwnDuty(
            new ShiftId(shift.Id), unit, day, from, WallClock.Of(shift.EndsAt, zone).Time, Time(attendance?.CheckedInAt), Time(attendance?.CheckedOutAt),
            attendance?.BreakMinutes ?? 0, StepOf(shift, attendance, now));

        TimeOnly? Time(DateTimeOffset? at) => at is { } instant ? WallClock.Of(instant, zone).Time : null;
    }

    private static DutyStep StepOf(Shift shift, Attendance? attendance, DateTimeOffset now) => attendance switch
    {
        null => now < shift.EndsAt ? DutyStep.Ready : DutyStep.Missed,
        { CheckedOutAt: not null } => DutyStep.Done,
        _ when now < shift.EndsAt => DutyStep.Working,
        _ when now <= shift.EndsAt + Attendance.LatestCheckOut => DutyStep.Over,
        _ => DutyStep.Forgotten,
    };
}
