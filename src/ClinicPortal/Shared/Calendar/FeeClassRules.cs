namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// Hours and days of the time classes as one revision of the fee schedule defines them. The schedule is revised every other
/// year: a revision is another record with its start date, never an edit of this one.
/// </summary>
public sealed record FeeClassRules
{
    /// <summary>First day on which these rules hold.</summary>
    public required DateOnly EffectiveFrom { get; init; }

    /// <summary>Hours of 夜間.</summary>
    public required IReadOnlyList<DailySpan> Night { get; init; }

    /// <summary>Hours of 深夜.</summary>
    public required IReadOnlyList<DailySpan> DeepNight { get; init; }

    /// <summary>Days of the week that are 休日.</summary>
    public required IReadOnlyList<DayOfWeek> HolidayWeekdays { get; init; }

    /// <summary>Whether 祝日 (<see cref="PublicHolidays"/>) are 休日.</summary>
    public required bool PublicHolidaysAreHolidays { get; init; }

    /// <summary>Days of every year that are 休日.</summary>
    public required IReadOnlyList<YearlyPeriod> HolidayPeriods { get; init; }

    /// <summary>
    /// The rules of the 2024 revision (令和6年度診療報酬改定, from 2024-06-01): 夜間 18–22 and 6–8, 深夜 22–6 (C000 往診料); 休日 are
    /// Sundays, public holidays, 12/29–12/31 and 1/2–1/3 (A000 初診料, holiday addition; 1/1 is a public holiday).
    /// A sample: compare with the text in force before claiming by it.
    /// </summary>
    public static FeeClassRules Sample { get; } = new()
    {
        EffectiveFrom = new DateOnly(2024, 6, 1),
        Night = [new(new(18, 0), new(22, 0)), new(new(6, 0), new(8, 0))],
        DeepNight = [new(new(22, 0), new(6, 0))],
        HolidayWeekdays = [DayOfWeek.Sunday],
        PublicHolidaysAreHolidays = true,
        HolidayPeriods = [new(new(12, 29), new(12, 31)), new(new(1, 2), new(1, 3))],
    };

    /// <summary>
    /// 休日 of the fee schedule: wider than 祝日 (Sundays, year end), and not the statutory rest day of labour law.
    /// It runs from midnight to midnight.
    /// </summary>
    public bool IsFeeHoliday(DateOnly date) =>
        HolidayWeekdays.Contains(date.DayOfWeek)
        || HolidayPeriods.Any(period => period.Contains(date))
        || (PublicHolidaysAreHolidays && PublicHolidays.On(date) is not null);

    /// <summary>The class at that time of that date; 深夜 before 休日 before 夜間.</summary>
    public FeeClass ClassAt(DateOnly date, TimeOnly time)
    {
        if (DeepNight.Any(span => span.Contains(time)))
        {
            return FeeClass.DeepNight;
        }

        if (IsFeeHoliday(date))
        {
            return FeeClass.Holiday;
        }

        return Night.Any(span => span.Contains(time)) ? FeeClass.Night : FeeClass.None;
    }

    /// <summary>The times of day at which the class may change.</summary>
    internal IEnumerable<TimeOnly> Boundaries() =>
        Night.Concat(DeepNight).SelectMany(span => new[] { span.From, span.To }).Append(TimeOnly.MinValue).Distinct();
}
