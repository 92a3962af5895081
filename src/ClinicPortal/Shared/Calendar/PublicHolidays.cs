using System.Collections.Concurrent;

namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// 祝日 computed from the law: the named holidays of article 2 (<see cref="NationalHolidayLaw"/>), the one-off laws
/// (<see cref="OneOffHolidays"/>), and article 3: substitute holidays (振替休日, paragraph 2) and in-between holidays
/// (国民の休日, paragraph 3). Not to be confused with 休日 for fees (<see cref="FeeClassRules.IsFeeHoliday"/>).
/// </summary>
/// <remarks>Years before the law (1948) have none. A year is computed once and kept; reading is safe from any thread.</remarks>
public static class PublicHolidays
{
    private const int FirstYear = 1948;

    /// <summary>昭和48年法律第10号: a holiday on a Sunday makes the next day a day off.</summary>
    private static readonly DateOnly SubstitutesBegin = new(1973, 4, 12);

    /// <summary>昭和60年法律第103号: a day between two holidays is a day off.</summary>
    private static readonly DateOnly InBetweenDaysBegin = new(1985, 12, 27);

    /// <summary>平成17年法律第43号: the substitute skips further holidays, and an in-between day may be any day of the week.</summary>
    private static readonly DateOnly SubstitutesSkipHolidays = new(2007, 1, 1);

    private static readonly ConcurrentDictionary<int, Year> Years = new();

    /// <summary>All holidays of a year in order of date.</summary>
    public static IReadOnlyList<PublicHoliday> For(int year) =>
        year < FirstYear ? [] : Years.GetOrAdd(year, Compute).InOrder;

    /// <summary>The holiday on that day, or null on an ordinary day.</summary>
    public static PublicHoliday? On(DateOnly date) =>
        date.Year < FirstYear ? null : Years.GetOrAdd(date.Year, Compute).ByDayOfYear[date.DayOfYear];

    private static Year Compute(int year)
    {
        var named = NamedHolidays(year);
        var all = new SortedDictionary<DateOnly, PublicHoliday>(named);
        AddSubstitutes(named, all);
        AddInBetweenDays(named, all);

        var byDayOfYear = new PublicHoliday?[367];
        foreach (var holiday in all.Values)
        {
            byDayOfYear[holiday.Date.DayOfYear] = holiday;
        }

        return new Year([.. all.Values], byDayOfYear);
    }

    private static Dictionary<DateOnly, PublicHoliday> NamedHolidays(int year)
    {
        var oneOff = OneOffHolidays.For(year).ToList();
        var moved = oneOff.Where(holiday => holiday.Moved).Select(holiday => holiday.Name).ToHashSet();
        return NationalHolidayLaw.NamedHolidays(year)
            .Where(holiday => !moved.Contains(holiday.Name))
            .Concat(oneOff.Select(holiday => new PublicHoliday(holiday.Date, holiday.Name)))
            .ToDictionary(holiday => holiday.Date);
    }

    private static void AddSubstitutes(
        Dictionary<DateOnly, PublicHoliday> named, SortedDictionary<DateOnly, PublicHoliday> all)
    {
        foreach (var sunday in named.Values.Where(
            holiday => holiday.Date.DayOfWeek == DayOfWeek.Sunday && holiday.Date >= SubstitutesBegin))
        {
            // The law gives a substitute no name. Custom calls it after the last holiday of the run it ends:
            // 2026-05-06 stands in for Sunday 5-03 and is called こどもの日 振替休日.
            var last = sunday;
            while (sunday.Date >= SubstitutesSkipHolidays && named.TryGetValue(last.Date.AddDays(1), out var next))
            {
                last = next;
            }

            var substitute = last.Date.AddDays(1);
            all.TryAdd(substitute, new PublicHoliday(substitute, $"{last.Name} 振替休日", Announced(sunday, last)));
        }
    }

    private static void AddInBetweenDays(
        Dictionary<DateOnly, PublicHoliday> named, SortedDictionary<DateOnly, PublicHoliday> all)
    {
        foreach (var before in named.Values)
        {
            var day = before.Date.AddDays(1);
            var excluded = day < InBetweenDaysBegin
                || (day < SubstitutesSkipHolidays && day.DayOfWeek == DayOfWeek.Sunday);
            if (!excluded && named.TryGetValue(day.AddDays(1), out var after))
            {
                all.TryAdd(day, new PublicHoliday(day, "休日", Announced(before, after)));
            }
        }
    }

    /// <summary>A day between or after two others is official once both are; all equinoxes of a year are announced on one day.</summary>
    private static DateOnly? Announced(PublicHoliday one, PublicHoliday other) => one.AnnouncedOn ?? other.AnnouncedOn;

    private sealed record Year(IReadOnlyList<PublicHoliday> InOrder, PublicHoliday?[] ByDayOfYear);
}
