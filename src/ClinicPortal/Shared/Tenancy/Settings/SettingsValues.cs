using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Japanese first, English beside.</summary>
public sealed record LocalizedText
{
    public required string Ja { get; init; }

    public required string En { get; init; }

    /// <summary>The text in the language of <paramref name="culture"/>; Japanese for all but English.</summary>
    public string For(CultureInfo culture) => culture.TwoLetterISOLanguageName == "en" ? En : Ja;

    public override string ToString() => For(CultureInfo.CurrentUICulture);
}

public sealed record CodedText
{
    public required string Code { get; init; }

    public required LocalizedText Label { get; init; }
}

/// <summary>From a time of day to another, over midnight when <see cref="To"/> is not later than <see cref="From"/>.</summary>
public sealed record TimeRange
{
    public required TimeOnly From { get; init; }

    public required TimeOnly To { get; init; }

    /// <summary>Whether the time of day lies in the range; <see cref="To"/> itself does not.</summary>
    public bool Contains(TimeOnly time) => time.IsBetween(From, To);
}

/// <summary>Both days included, over the year's end when <see cref="To"/> is before <see cref="From"/>.</summary>
public sealed record MonthDayRange
{
    public required MonthDay From { get; init; }

    public required MonthDay To { get; init; }

    public bool Contains(DateOnly date)
    {
        var day = new MonthDay(date.Month, date.Day);
        return From.CompareTo(To) <= 0
            ? From.CompareTo(day) <= 0 && day.CompareTo(To) <= 0
            : From.CompareTo(day) <= 0 || day.CompareTo(To) <= 0;
    }
}

/// <summary>A day of any year, written MM-DD.</summary>
public readonly record struct MonthDay(int Month, int Day) : IComparable<MonthDay>, IParsable<MonthDay>
{
    private const int LeapYear = 2000;

    public int CompareTo(MonthDay other) => (Month, Day).CompareTo((other.Month, other.Day));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:00}-{Day:00}");

    public static MonthDay Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var day) ? day : throw new FormatException($"'{s}' is not MM-DD.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MonthDay result)
    {
        var valid = DateOnly.TryParseExact($"{LeapYear}-{s}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        result = valid ? new MonthDay(date.Month, date.Day) : default;
        return valid;
    }
}

/// <summary>The name of a time zone that this machine knows.</summary>
public readonly record struct ZoneName(string Value) : IParsable<ZoneName>
{
    public static ZoneName Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var zone) ? zone : throw new FormatException($"'{s}' is not a time zone.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ZoneName result)
    {
        result = new ZoneName(s ?? "");
        // Only names such as Asia/Tokyo: what Windows calls a zone would not be understood by PostgreSQL.
        return s is not null && TimeZoneInfo.TryFindSystemTimeZoneById(s, out var zone) && zone.HasIanaId;
    }
}
