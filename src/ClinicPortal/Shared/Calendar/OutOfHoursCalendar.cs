namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// Whether an instant is out of hours (夜間休日), and to which night it belongs. It says when the service covers; what a visit at
/// that time may be charged is another calendar, <see cref="FeeClassCalendar"/>.
/// </summary>
public sealed class OutOfHoursCalendar
{
    /// <summary>Longer closures than this are a mistake in the settings.</summary>
    private const int LongestClosureInDays = 366;

    private readonly OutOfHoursWindows _windows;

    /// <exception cref="ArgumentException">The weekday night does not begin in the evening and end in the morning before it.</exception>
    public OutOfHoursCalendar(OutOfHoursWindows windows)
    {
        if (windows.WeekdayNightUntil >= windows.WeekdayNightFrom)
        {
            throw new ArgumentException(
                $"The weekday night must end ({windows.WeekdayNightUntil}) earlier in the day than it begins ({windows.WeekdayNightFrom}).",
                nameof(windows));
        }

        _windows = windows;
    }

    public bool IsOutOfHours(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var (date, time) = WallClock.Of(instant, zone);
        return OpenHours(date) is not { } open || !open.Contains(time);
    }

    /// <summary>The whole stretch out of hours around the instant, however many nights and holidays it joins; null within hours.</summary>
    public Interval? CurrentWindow(DateTimeOffset instant, TimeZoneInfo zone)
    {
        if (!IsOutOfHours(instant, zone))
        {
            return null;
        }

        var (date, time) = WallClock.Of(instant, zone);
        return new Interval(LastClosing(date, time, zone), NextOpening(date, time, zone));
    }

    /// <summary>The next instant after this one at which out-of-hours begins or ends.</summary>
    public DateTimeOffset NextChange(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var (date, time) = WallClock.Of(instant, zone);
        return OpenHours(date) is { } open && open.Contains(time)
            ? WallClock.At(date, open.To, zone)
            : NextOpening(date, time, zone);
    }

    /// <summary>
    /// The date that the night of this instant bears. A night bears the date on which it began: 02:00 on the 23rd belongs to the 22nd.
    /// The date changes at <see cref="OutOfHoursWindows.DayChange"/> (as a rule 09:00), on holidays too, where cover runs round
    /// the clock: there the night of a date is from 09:00 of that date to 09:00 of the next day.
    /// </summary>
    public DateOnly NightOf(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var (date, time) = WallClock.Of(instant, zone);
        return time < _windows.DayChange ? date.AddDays(-1) : date;
    }

    /// <summary>All instants whose <see cref="NightOf"/> is that date: 24 hours from one day change to the next.</summary>
    public Interval Night(DateOnly date, TimeZoneInfo zone) =>
        new(WallClock.At(date, _windows.DayChange, zone), WallClock.At(date.AddDays(1), _windows.DayChange, zone));

    /// <summary>When the night of a date begins: on a date out of hours all day with the date's change.</summary>
    public DateTimeOffset BeginningOf(DateOnly date, TimeZoneInfo zone) => OpenHours(date) is { } open ? WallClock.At(date, open.To, zone) : Night(date, zone).Start;

    /// <summary>The hours of that date in which clinics are open; null when it is out of hours all day.</summary>
    private DailySpan? OpenHours(DateOnly date)
    {
        if (IsAllDay(date))
        {
            return null;
        }

        var closing = date.DayOfWeek == DayOfWeek.Saturday ? _windows.SaturdayFrom : _windows.WeekdayNightFrom;
        return closing > _windows.WeekdayNightUntil ? new DailySpan(_windows.WeekdayNightUntil, closing) : null;
    }

    /// <summary>Whether cover runs round the clock on that date.</summary>
    public bool IsAllDay(DateOnly date) =>
        _windows.AllDayOn.Contains(date.DayOfWeek)
        || _windows.AllDayPeriods.Any(period => period.Contains(date))
        || (_windows.PublicHolidaysAllDay && PublicHolidays.On(date) is not null);

    private DateTimeOffset NextOpening(DateOnly date, TimeOnly time, TimeZoneInfo zone)
    {
        for (var days = 0; days <= LongestClosureInDays; days++)
        {
            var day = date.AddDays(days);
            if (OpenHours(day) is { } open && (days > 0 || time < open.From))
            {
                return WallClock.At(day, open.From, zone);
            }
        }

        throw NeverOpen();
    }

    private DateTimeOffset LastClosing(DateOnly date, TimeOnly time, TimeZoneInfo zone)
    {
        for (var days = 0; days <= LongestClosureInDays; days++)
        {
            var day = date.AddDays(-days);
            if (OpenHours(day) is { } open && (days > 0 || time >= open.To))
            {
                return WallClock.At(day, open.To, zone);
            }
        }

        throw NeverOpen();
    }

    private static InvalidOperationException NeverOpen() =>
        new("By these out-of-hours windows no clinic is open for a year; the settings are wrong.");
}
