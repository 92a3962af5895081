using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.ShowOwnAttendance;

/// <param name="Association">Whose shift it was, where the person works for several.</param>
/// <param name="Corrections">What the secretariat wrote and why, in order.</param>
public sealed record OwnAttendanceRow(AttendanceRow Row, TimeZoneInfo Zone, string? Association, IReadOnlyList<(DateOnly On, string By, string Reason)> Corrections)
{
    public DateOnly Day => WallClock.Of(Row.BeganAt, Zone).Date;
}

public sealed record OwnAttendance(AttendanceMonth Month, IReadOnlyList<OwnDuty> Now, IReadOnlyList<OwnAttendanceRow> Rows)
{
    public int WorkedMinutes => Rows.Sum(row => row.Row.WorkedMinutes ?? 0);
}

/// <summary>A doctor's or driver's own 勤怠: the shift of now and a month's hours.</summary>
public sealed class ShowOwnAttendanceHandler(
    RosterContext db, IOwnDuty duties, AttendanceRows rows, CurrentUser user, TenantScope scope, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    public async Task<OwnAttendance> HandleAsync(string? written, CancellationToken cancellationToken)
    {
        var associations = scope.Tenants.Select(id => tenants.ById(id)!).ToDictionary(tenant => tenant.Id);
        var zone = associations.Values.FirstOrDefault()?.Zone ?? TimeZoneInfo.Utc;
        var now = clock.GetUtcNow();
        var month = AttendanceMonth.Of(written, now, zone);
        var (from, until) = month.Within(zone);
        // A shift that still runs can be checked into: it is above.
        var own = (await rows.ReadAsync(from, until, user.Id, cancellationToken)).Where(row => row.State != AttendanceState.Missing || row.PlannedUntil <= now).ToList();
        var corrected = own.Where(row => row.IsCorrected).Select(row => row.Id!.Value).ToList();
        var corrections = (await db.AttendanceChanges.AsNoTracking().Where(change => corrected.Contains(change.AttendanceId) && change.SealedReason != null)
            .OrderBy(change => change.Revision).ToListAsync(cancellationToken)).ToLookup(change => change.AttendanceId);
        audit.Listed("attendance", own.Where(row => row.Id is not null).Select(row => (row.TenantId, row.Id!.Value)));
        var isOfSeveral = own.Select(row => row.TenantId).Distinct().Count() > 1;
        return new OwnAttendance(month, await duties.NowAsync(cancellationToken),
        [
            .. own.Select(row => new OwnAttendanceRow(
                row, associations[row.TenantId].Zone, isOfSeveral ? associations[row.TenantId].Settings.ShortName.ToString() : null,
                [.. (row.Id is { } id ? corrections[id] : []).Select(change => (WallClock.Of(change.At, associations[row.TenantId].Zone).Date, change.ByName, change.Reason!))])),
        ]);
    }
}
