namespace ClinicPortal.Shared.Calendar;

/// <summary>When clinics of an association are closed and the night service stands in (夜間休日), as its settings say. Wall-clock times.</summary>
public sealed record OutOfHoursWindows
{
    /// <summary>Start of the night after a working day.</summary>
    public required TimeOnly WeekdayNightFrom { get; init; }

    /// <summary>End of every night in the morning of a working day, Saturdays included; before <see cref="WeekdayNightFrom"/>.</summary>
    public required TimeOnly WeekdayNightUntil { get; init; }

    /// <summary>Start of out-of-hours on Saturday; not after <see cref="WeekdayNightUntil"/> means all Saturday.</summary>
    public required TimeOnly SaturdayFrom { get; init; }

    /// <summary>Days of the week that are out of hours from midnight to midnight.</summary>
    public required IReadOnlyList<DayOfWeek> AllDayOn { get; init; }

    /// <summary>Whether <see cref="PublicHolidays"/> are out of hours from midnight to midnight.</summary>
    public required bool PublicHolidaysAllDay { get; init; }

    /// <summary>Days of every year that are out of hours from midnight to midnight: year end, Bon.</summary>
    public required IReadOnlyList<YearlyPeriod> AllDayPeriods { get; init; }

    /// <summary>When a night's date gives way to the next, see <see cref="OutOfHoursCalendar.NightOf"/>.</summary>
    public required TimeOnly DayChange { get; init; }

    /// <summary>The sample that a new association starts from; its own settings replace it.</summary>
    public static OutOfHoursWindows Sample { get; } = new()
    {
        WeekdayNightFrom = new TimeOnly(18, 0),
        WeekdayNightUntil = new TimeOnly(9, 0),
        SaturdayFrom = new TimeOnly(13, 0),
        AllDayOn = [DayOfWeek.Sunday],
        PublicHolidaysAllDay = true,
        AllDayPeriods = [new YearlyPeriod(new MonthDay(12, 29), new MonthDay(1, 3))],
        DayChange = new TimeOnly(9, 0),
    };
}
