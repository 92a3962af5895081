using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster;

/// <summary>Where the attendance of a shift stands.</summary>
public enum AttendanceState
{
    Working,
    Done,

    /// <summary>退勤漏れ: the shift is over, and nobody checked out.</summary>
    Open,

    /// <summary>打刻なし: the shift has begun, and the person has not checked in.</summary>
    Missing,

    Struck,
}

/// <param name="Id">Null while nobody has checked in.</param>
/// <param name="IsCorrected">The secretariat has written something in it.</param>
public sealed record AttendanceRow(
    Guid TenantId, Guid? Id, Guid ShiftId, Guid PersonId, string PersonName, DutyRole Role, string EmployerName, string UnitName, DateTimeOffset PlannedFrom, DateTimeOffset PlannedUntil,
    DateTimeOffset? CheckedInAt, DateTimeOffset? CheckedOutAt, int BreakMinutes, AttendanceState State, bool IsCorrected)
{
    public DateTimeOffset BeganAt => CheckedInAt ?? PlannedFrom;

    public int? WorkedMinutes => State == AttendanceState.Done ? Attendance.WorkedMinutesOf(CheckedInAt!.Value, CheckedOutAt, BreakMinutes) : null;
}

/// <summary>Who worked, and who should have: attendances by check-in, and shifts that have begun without one by their beginning.</summary>
public sealed class AttendanceRows(RosterContext db, TimeProvider clock)
{
    private static readonly AttendanceChangeKind[] BySecretariat = [AttendanceChangeKind.Entered, AttendanceChangeKind.Corrected, AttendanceChangeKind.Struck];

    /// <param name="person">Only this person's; null for everybody's in scope.</param>
    public async Task<IReadOnlyList<AttendanceRow>> ReadAsync(DateTimeOffset begin, DateTimeOffset until, Guid? person, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var units = await db.Units.AsNoTracking().ToDictionaryAsync(unit => (unit.TenantId, unit.Id), unit => unit.Name, cancellationToken);
        var there = await (
            from attendance in db.Attendances.AsNoTracking()
            where attendance.CheckedInAt >= begin && attendance.CheckedInAt < until && (person == null || attendance.AccountId == person)
            join shift in db.Shifts on new { attendance.TenantId, Id = attendance.ShiftId } equals new { shift.TenantId, shift.Id }
            select new
            {
                Attendance = attendance, Shift = shift,
                IsCorrected = db.AttendanceChanges.Any(c => c.TenantId == attendance.TenantId && c.AttendanceId == attendance.Id && BySecretariat.Contains(c.Kind)),
            }).ToListAsync(cancellationToken);
        var begun = now < until ? now : until;
        var shifts = await (
            from shift in db.Shifts.AsNoTracking()
            where shift.StartsAt >= begin && shift.StartsAt < begun && (person == null || shift.DoctorAccountId == person || shift.DriverAccountId == person)
            select new { Shift = shift, Known = db.Attendances.Where(a => a.TenantId == shift.TenantId && a.ShiftId == shift.Id).Select(a => a.Role).ToList() }).ToListAsync(cancellationToken);
        var missing =
            from row in shifts
            from role in Enum.GetValues<DutyRole>()
            where !row.Known.Contains(role) && row.Shift.AccountOf(role) is { } account && (person is null || account == person)
            select Row(row.Shift, role, null, AttendanceState.Missing, false);
        return
        [
            .. there.Select(row => Row(row.Shift, row.Attendance.Role, row.Attendance, StateOf(row.Attendance, row.Shift, now), row.IsCorrected)).Concat(missing)
                .OrderBy(row => row.BeganAt).ThenBy(row => row.UnitName).ThenBy(row => row.Role),
        ];

        AttendanceRow Row(Shift shift, DutyRole role, Attendance? attendance, AttendanceState state, bool isCorrected) => new(
            shift.TenantId, attendance?.Id, shift.Id, attendance?.AccountId ?? shift.AccountOf(role)!.Value, attendance?.PersonName ?? shift.NameOf(role) ?? "", role,
            shift.EmployerName, units[(shift.TenantId, shift.UnitId)], shift.StartsAt, shift.EndsAt, attendance?.CheckedInAt, attendance?.CheckedOutAt, attendance?.BreakMinutes ?? 0,
            state, isCorrected);
    }

    private static AttendanceState StateOf(Attendance attendance, Shift shift, DateTimeOffset now) => attendance switch
    {
        { Struck: true } => AttendanceState.Struck,
        { CheckedOutAt: not null } => AttendanceState.Done,
        _ => now < shift.EndsAt ? AttendanceState.Working : AttendanceState.Open,
    };
}
