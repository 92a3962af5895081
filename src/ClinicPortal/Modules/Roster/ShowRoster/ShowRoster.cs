using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.ShowRoster;

/// <summary>The shifts that run or come, grouped by the day on which they begin.</summary>
/// <param name="Today">The day that the night in progress began, or today.</param>
public sealed record ComingShifts(DateOnly Today, IReadOnlyList<RosterDay> Days);

public sealed record RosterDay(DateOnly Date, IReadOnlyList<RosterShift> Shifts);

public sealed record RosterShift(
    TimeOnly From, TimeOnly Until, string UnitName, string? UnitPhone, string BaseName, string DoctorName, string? DriverName,
    string EmployerName, PerformsAs PerformsAs, string? PartnerName, bool IsRunning);

/// <summary>当番表 for the secretariat of one association.</summary>
internal sealed class ShowRosterHandler(RosterContext db, TenantScope scope, ITenantResolver tenants, TimeProvider clock)
{
    private const int DaysAhead = 14;

    public async Task<ComingShifts> HandleAsync(CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(scope.Tenants.Single())!;
        var now = clock.GetUtcNow();
        var end = now.AddDays(DaysAhead);
        var rows = await (
            from shift in db.Shifts.AsNoTracking()
            where shift.EndsAt > now && shift.StartsAt < end
            join unit in db.Units.AsNoTracking() on new { shift.TenantId, Id = shift.UnitId } equals new { unit.TenantId, unit.Id }
            orderby shift.StartsAt, unit.Name
            select new { Shift = shift, Unit = unit }).ToListAsync(cancellationToken);
        var shifts = rows.ConvertAll(row => (
            WallClock.Of(row.Shift.StartsAt, tenant.Zone).Date,
            Shift: new RosterShift(
                WallClock.Of(row.Shift.StartsAt, tenant.Zone).Time, WallClock.Of(row.Shift.EndsAt, tenant.Zone).Time,
                row.Unit.Name, row.Unit.Phone, row.Unit.BaseName, row.Shift.DoctorName, row.Shift.DriverName,
                row.Shift.EmployerName, row.Shift.PerformsAs, row.Shift.PartnerName, row.Shift.StartsAt <= now)));
        var (date, time) = WallClock.Of(now, tenant.Zone);
        return new ComingShifts(
            time < tenant.Settings.OutOfHours.DayChange ? date.AddDays(-1) : date,
            [.. shifts.GroupBy(s => s.Date, s => s.Shift).Select(day => new RosterDay(day.Key, [.. day]))]);
    }
}
