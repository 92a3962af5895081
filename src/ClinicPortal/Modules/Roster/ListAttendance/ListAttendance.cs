using System.Globalization;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Modules.Roster.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Roster.ListAttendance;

/// <summary>What of a month is looked for.</summary>
/// <param name="Corrected">Only what the secretariat has written in.</param>
public sealed record AttendanceQuery(string? Month, Guid? Person, DutyRole? Role, AttendanceState? State, bool Corrected)
{
    public bool IsEmpty => this is { Person: null, Role: null, State: null, Corrected: false };

    public bool Matches(AttendanceRow row) =>
        (Person is null || row.PersonId == Person) && (Role is null || row.Role == Role) && (State is null || row.State == State) && (!Corrected || row.IsCorrected);
}

/// <param name="People">Everybody of the month, to choose from.</param>
/// <param name="Forgotten">退勤漏れ of whichever month.</param>
public sealed record AttendanceList(
    AttendanceMonth Month, AttendanceQuery Query, TimeZoneInfo Zone, IReadOnlyList<AttendanceRow> Rows, IReadOnlyList<(Guid Id, string Name)> People, int Forgotten)
{
    public int WorkedMinutes => Rows.Sum(row => row.WorkedMinutes ?? 0);
}

/// <summary>勤怠 of a month for the secretariat, on screen and as a file.</summary>
public sealed class ListAttendanceHandler(
    RosterContext db, AttendanceRows rows, CurrentUser user, ITenantResolver tenants, AuditTrail audit, IStringLocalizer<RosterText> text, TimeProvider clock)
{
    public async Task<AttendanceList> HandleAsync(AttendanceQuery query, CancellationToken cancellationToken)
    {
        var list = await ReadAsync(query, cancellationToken);
        audit.Listed("attendance", Ids(list));
        return list;
    }

    public async Task<(string Name, byte[] Content)> FileAsync(AttendanceQuery query, CancellationToken cancellationToken)
    {
        var list = await ReadAsync(query, cancellationToken);
        audit.Exported("attendance", Ids(list), "csv");
        string[] columns = ["Day", "Person", "Role", "Employer", "Unit", "PlannedFrom", "PlannedUntil", "In", "Out", "BreakMinutes", "WorkedMinutes", "State", "Corrected"];
        return ($"attendance-{list.Month.Key}.csv", CsvText.File(
            new[] { columns.Select(column => (string?)text[$"Attendance.{column}"]) }.Concat(list.Rows.Select(row => (IEnumerable<string?>)
            [
                Day(row.BeganAt), row.PersonName, text[$"DutyRole.{row.Role}"], row.EmployerName, row.UnitName, Minute(row.PlannedFrom), Minute(row.PlannedUntil), Minute(row.CheckedInAt),
                Minute(row.CheckedOutAt), Figure(row.BreakMinutes), Figure(row.WorkedMinutes), text[$"AttendanceState.{row.State}"], row.IsCorrected ? text["Attendance.Yes"] : "",
            ]))));

        string Day(DateTimeOffset at) => WallClock.Of(at, list.Zone).Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        string? Minute(DateTimeOffset? at) => at is { } instant ? $"{Day(instant)} {JapaneseDates.Time(instant, list.Zone)}" : null;
    }

    private static string? Figure(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<(Guid, Guid)> Ids(AttendanceList list) => list.Rows.Where(row => row.Id is not null).Select(row => (row.TenantId, row.Id!.Value));

    private async Task<AttendanceList> ReadAsync(AttendanceQuery query, CancellationToken cancellationToken)
    {
        var (now, zone) = (clock.GetUtcNow(), tenants.ById(user.TenantId!.Value)!.Zone);
        var month = AttendanceMonth.Of(query.Month, now, zone);
        var (from, until) = month.Within(zone);
        var all = await rows.ReadAsync(from, until, null, cancellationToken);
        var forgotten = await (
            from attendance in db.Attendances
            where attendance.CheckedOutAt == null && !attendance.Struck
            join shift in db.Shifts on new { attendance.TenantId, Id = attendance.ShiftId } equals new { shift.TenantId, shift.Id }
            where shift.EndsAt <= now
            select attendance).CountAsync(cancellationToken);
        return new AttendanceList(
            month, query, zone, [.. all.Where(query.Matches)], [.. all.Select(row => (row.PersonId, row.PersonName)).DistinctBy(person => person.PersonId).OrderBy(person => person.PersonName, StringComparer.Ordinal)],
            forgotten);
    }
}
