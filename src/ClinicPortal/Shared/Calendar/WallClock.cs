namespace ClinicPortal.Shared.Calendar;

/// <summary>Between instants and what a clock on the wall of a zone shows.</summary>
public static class WallClock
{
    /// <summary>The date and time shown in the zone at that instant.</summary>
    public static (DateOnly Date, TimeOnly Time) Of(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
        return (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
    }

    /// <summary>
    /// The instant at which the zone shows that date and time, with the zone's offset. Where clocks change (not in Japan), a time
    /// shown twice means the one in standard time.
    /// </summary>
    public static DateTimeOffset At(DateOnly date, TimeOnly time, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(time);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    /// <summary>The instant at which that day is over in the zone, in UTC.</summary>
    public static DateTimeOffset EndOf(DateOnly day, TimeZoneInfo zone) => At(day.AddDays(1), TimeOnly.MinValue, zone).ToUniversalTime();
}
