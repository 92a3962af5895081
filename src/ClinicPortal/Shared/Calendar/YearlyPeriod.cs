using System.Globalization;

namespace ClinicPortal.Shared.Calendar;

/// <summary>A day of every year, written <c>MM-DD</c> in settings.</summary>
public readonly record struct MonthDay(int Month, int Day) : IComparable<MonthDay>
{
    public static MonthDay Of(DateOnly date) => new(date.Month, date.Day);

    /// <summary>Reads <c>12-29</c>; <c>02-29</c> is a day that only leap years have.</summary>
    /// <returns>False when the text is no such day.</returns>
    public static bool TryParse(string? text, out MonthDay value)
    {
        // Read within a leap year, so that 02-29 is accepted.
        var read = DateOnly.TryParseExact($"2000-{text}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        value = read ? Of(date) : default;
        return read;
    }

    public int CompareTo(MonthDay other) => (Month, Day).CompareTo((other.Month, other.Day));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:00}-{Day:00}");
}

/// <summary>Days of every year, both ends included, across New Year when the last is the smaller: 12-29 to 01-03.</summary>
public readonly record struct YearlyPeriod(MonthDay First, MonthDay Last)
{
    public bool Contains(DateOnly date)
    {
        var day = MonthDay.Of(date);
        var fromFirst = day.CompareTo(First) >= 0;
        var untilLast = day.CompareTo(Last) <= 0;
        return First.CompareTo(Last) <= 0 ? fromFirst && untilLast : fromFirst || untilLast;
    }
}
