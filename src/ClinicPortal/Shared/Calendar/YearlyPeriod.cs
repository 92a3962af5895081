using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClinicPortal.Shared.Calendar;

/// <summary>A day of every year, written <c>MM-DD</c> in settings.</summary>
public readonly record struct MonthDay(int Month, int Day) : IComparable<MonthDay>, IParsable<MonthDay>
{
    public static MonthDay Of(DateOnly date) => new(date.Month, date.Day);

    public static MonthDay Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var day) ? day : throw new FormatException($"'{s}' is not MM-DD.");

    /// <summary>Reads <c>12-29</c>; <c>02-29</c> is a day that only leap years have.</summary>
    /// <returns>False when the text is no such day.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, out MonthDay result) => TryParse(s, null, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MonthDay result)
    {
        // Read within a leap year, so that 02-29 is accepted.
        var read = DateOnly.TryParseExact($"2000-{s}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        result = read ? Of(date) : default;
        return read;
    }

    public int CompareTo(MonthDay other) => (Month, Day).CompareTo((other.Month, other.Day));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:00}-{Day:00}");
}

/// <summary>Days of every year, both ends included, across New Year when <see cref="To"/> is the smaller: 12-29 to 01-03.</summary>
public readonly record struct YearlyPeriod
{
    [SetsRequiredMembers]
    public YearlyPeriod(MonthDay from, MonthDay to) => (From, To) = (from, to);

    public required MonthDay From { get; init; }

    public required MonthDay To { get; init; }

    public bool Contains(DateOnly date)
    {
        var day = MonthDay.Of(date);
        var fromFirst = day.CompareTo(From) >= 0;
        var untilLast = day.CompareTo(To) <= 0;
        return From.CompareTo(To) <= 0 ? fromFirst && untilLast : fromFirst || untilLast;
    }
}
