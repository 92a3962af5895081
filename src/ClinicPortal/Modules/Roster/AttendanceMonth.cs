using System.Globalization;
using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Modules.Roster;

/// <summary>A month as a list's address has it: <c>2026-11</c>; the one that runs when nothing readable stands there.</summary>
/// <param name="First">Its first day.</param>
public readonly record struct AttendanceMonth(DateOnly First)
{
    private const string Format = "yyyy-MM";

    public string Key => First.ToString(Format, CultureInfo.InvariantCulture);

    public static AttendanceMonth Of(string? written, DateTimeOffset now, TimeZoneInfo zone)
    {
        // Every page leads to the months beside its own.
        if (DateOnly.TryParseExact(written, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is > 2000 and < 9000)
        {
            return new AttendanceMonth(first);
        }
        var today = WallClock.Of(now, zone).Date;
        return new AttendanceMonth(new DateOnly(today.Year, today.Month, 1));
    }

    public (DateTimeOffset From, DateTimeOffset Until) Within(TimeZoneInfo zone) => (WallClock.EndOf(First.AddDays(-1), zone), WallClock.EndOf(First.AddMonths(1).AddDays(-1), zone));

    public AttendanceMonth Next(int months) => new(First.AddMonths(months));
}
