using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.CorrectAttendance;

/// <param name="Attendance">Null where nobody has checked in.</param>
public sealed record CorrectionModel(Shift Shift, DutyRole Role, string UnitName, Attendance? Attendance, TimeZoneInfo Zone, FormState Form)
{
    public string PersonName => Attendance?.PersonName ?? Shift.NameOf(Role) ?? "";

    public DateOnly Day => WallClock.Of(Attendance?.CheckedInAt ?? Shift.StartsAt, Zone).Date;
}

/// <param name="OutDay">Both null while the work goes on.</param>
/// <param name="Revision">What was seen of it; null for a new one.</param>
public sealed record CorrectionInput(DateOnly? InDay, TimeOnly? InTime, DateOnly? OutDay, TimeOnly? OutTime, int? BreakMinutes, bool Struck, string? Reason, int? Revision);

/// <summary>勤怠の訂正 by the secretariat, with the reason that the person reads too.</summary>
public sealed class CorrectAttendanceHandler(
    RosterContext db, AttendanceOfShift attendances, CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    public async Task<CorrectionModel?> ShowAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        if (await db.Attendances.AsNoTracking().Include(a => a.Changes.OrderByDescending(change => change.Revision)).SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } attendance)
        {
            return null;
        }
        audit.Opened(attendance.TenantId, "attendance", id);
        var shift = await db.Shifts.AsNoTracking().SingleAsync(s => s.Id == attendance.ShiftId, cancellationToken);
        return await ModelAsync(shift, attendance.Role, attendance, form, cancellationToken);
    }

    /// <summary>For a shift into which nobody has checked in; the attendance's own page where somebody has.</summary>
    /// <returns>Null where there is no such shift, or nobody of that role in it.</returns>
    public async Task<(CorrectionModel Model, Guid? Known)?> ShowMissingAsync(Guid shiftId, DutyRole role, FormState form, CancellationToken cancellationToken)
    {
        if (await db.Shifts.AsNoTracking().SingleOrDefaultAsync(s => s.Id == shiftId, cancellationToken) is not { } shift || shift.AccountOf(role) is null)
        {
            return null;
        }
        var known = await db.Attendances.Where(a => a.ShiftId == shiftId && a.Role == role).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellationToken);
        return (await ModelAsync(shift, role, null, form, cancellationToken), known);
    }

    public async Task<Result<Guid>> CorrectAsync(Guid id, CorrectionInput input, CancellationToken cancellationToken)
    {
        if (await db.Attendances.SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } attendance)
        {
            return Error.NotFound("attendance.not-found");
        }
        if (input.Revision != attendance.Revision)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var shift = await db.Shifts.SingleAsync(s => s.Id == attendance.ShiftId, cancellationToken);
        var time = TimeOf(input, shift);
        if (!time.Succeeded)
        {
            return Result<Guid>.Refused(time.Errors);
        }
        if (attendance.Correct(shift, time.Value, input.Struck, input.Reason, user, clock.GetUtcNow()) is { Count: > 0 } errors)
        {
            return Result<Guid>.Refused(errors);
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(attendance.TenantId, "attendance", id, input.Reason);
        return id;
    }

    public async Task<Result<Guid>> EnterAsync(Guid shiftId, DutyRole role, CorrectionInput input, CancellationToken cancellationToken)
    {
        if (await db.Shifts.SingleOrDefaultAsync(s => s.Id == shiftId, cancellationToken) is not { } shift || shift.AccountOf(role) is null)
        {
            return Error.NotFound("attendance.shift-not-found");
        }
        if (await attendances.FindAsync(shift, role, cancellationToken) is not null)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var time = TimeOf(input, shift);
        if (!time.Succeeded)
        {
            return Result<Guid>.Refused(time.Errors);
        }
        var attendance = Attendance.Enter(shift, role, time.Value, input.Reason, user, clock.GetUtcNow());
        if (!attendance.Succeeded)
        {
            return Result<Guid>.Refused(attendance.Errors);
        }
        db.Attendances.Add(attendance.Value);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(shift.TenantId, "attendance", attendance.Value.Id, input.Reason);
        return attendance.Value.Id;
    }

    private async Task<CorrectionModel> ModelAsync(Shift shift, DutyRole role, Attendance? attendance, FormState form, CancellationToken cancellationToken) => new(
        shift, role, await db.Units.Where(unit => unit.Id == shift.UnitId).Select(unit => unit.Name).SingleAsync(cancellationToken), attendance, tenants.ById(shift.TenantId)!.Zone, form);

    private Result<WorkedTime> TimeOf(CorrectionInput input, Shift shift)
    {
        var zone = tenants.ById(shift.TenantId)!.Zone;
        var errors = new List<Error>();
        if (input is not { InDay: { } inDay, InTime: { } inTime })
        {
            return Error.OnField("inDay", "attendance.time-needed");
        }
        if (input.OutDay is null != input.OutTime is null)
        {
            errors.Add(Error.OnField("outDay", "attendance.time-half"));
        }
        if (input.BreakMinutes is null)
        {
            errors.Add(Error.OnField("break", "attendance.break-length"));
        }
        return errors.Count > 0 ? Result<WorkedTime>.Refused(errors) : new WorkedTime(
            At(inDay, inTime), input is { OutDay: { } outDay, OutTime: { } outTime } ? At(outDay, outTime) : null, input.BreakMinutes!.Value);

        DateTimeOffset At(DateOnly day, TimeOnly time) => WallClock.At(day, new TimeOnly(time.Hour, time.Minute), zone).ToUniversalTime();
    }
}
