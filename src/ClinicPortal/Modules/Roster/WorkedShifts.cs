using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster;

/// <summary>What this module tells of work and of who does it.</summary>
internal sealed class WorkedShifts(RosterContext db, ITenantResolver tenants) : IWorkedShifts, IDutyPeople
{
    public async Task<IReadOnlyList<WorkedShift>> StartedInAsync(TenantId tenant, DateOnly firstDay, DateOnly lastDay, CancellationToken ct)
    {
        var zone = tenants.ById(tenant.Value)!.Zone;
        var (begin, until) = (WallClock.EndOf(firstDay.AddDays(-1), zone), WallClock.EndOf(lastDay, zone));
        var rows = await (
            from attendance in db.Attendances.AsNoTracking()
            where attendance.TenantId == tenant.Value && attendance.CheckedInAt >= begin && attendance.CheckedInAt < until && !attendance.Struck
            join shift in db.Shifts on new { attendance.TenantId, Id = attendance.ShiftId } equals new { shift.TenantId, shift.Id }
            join unit in db.Units on new { shift.TenantId, Id = shift.UnitId } equals new { unit.TenantId, unit.Id }
            orderby attendance.CheckedInAt, attendance.Id
            select new { Attendance = attendance, Shift = shift, UnitName = unit.Name }).ToListAsync(ct);
        return rows.ConvertAll(row => new WorkedShift(
            row.Attendance.Id, new ShiftId(row.Shift.Id), new AccountId(row.Attendance.AccountId), row.Attendance.PersonName, row.Attendance.Role, row.Shift.EmployerName,
            row.Shift.EmployerCode, row.UnitName, row.Shift.StartsAt, row.Shift.EndsAt, row.Attendance.CheckedInAt, row.Attendance.CheckedOutAt, row.Attendance.BreakMinutes,
            (uint)row.Attendance.Revision));
    }

    public async Task<IReadOnlyList<DutyPerson>> EndingAfterAsync(DateTimeOffset since, CancellationToken ct)
    {
        var instant = since.ToUniversalTime();
        var shifts = db.Shifts.AsNoTracking().Where(shift => shift.EndsAt > instant);
        var doctors = await shifts.Select(shift => new { shift.TenantId, Id = shift.DoctorAccountId, Name = shift.DoctorName }).Distinct().ToListAsync(ct);
        var drivers = await shifts.Where(shift => shift.DriverAccountId != null)
            .Select(shift => new { shift.TenantId, Id = shift.DriverAccountId!.Value, Name = shift.DriverName! }).Distinct().ToListAsync(ct);
        return
        [
            .. doctors.Select(doctor => new DutyPerson(new TenantId(doctor.TenantId), new AccountId(doctor.Id), doctor.Name, DutyRole.Doctor))
                .Concat(drivers.Select(driver => new DutyPerson(new TenantId(driver.TenantId), new AccountId(driver.Id), driver.Name, DutyRole.Driver)))
                // Somebody whose name has changed is on shifts under both.
                .DistinctBy(person => (person.Tenant, person.Id, person.Role))
                .OrderBy(person => person.Role).ThenBy(person => person.Name, StringComparer.Ordinal),
        ];
    }
}
