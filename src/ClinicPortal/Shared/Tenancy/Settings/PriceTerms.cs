using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>What a price list has a price for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PriceKind>))]
public enum PriceKind
{
    MonthlyBase,
    Call,
    Visit,
    EndOfLife,
    Video,
    Phone,
    SingleNight,
    HolidayDay,
}

/// <summary>What happens beyond a limit of a plan.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BeyondLimit>))]
public enum BeyondLimit
{
    /// <summary>It is charged for, and nothing else.</summary>
    Charge,

    /// <summary>The desk asks whoever leads the night before it sends anybody.</summary>
    Ask,

    /// <summary>Not under cover, like a clinic without a subscription; in an emergency everybody is helped.</summary>
    Refuse,
}

/// <summary>Which nights a plan covers.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CoveredNights>))]
public enum CoveredNights
{
    All,

    /// <summary>休日のみ: dates that by the association's calendar are out of hours all day, from their day change to the next day's.</summary>
    Holidays,
}

/// <summary>Single nights and holidays of 24 hours, sold by the night's date to clinics that have no plan for it.</summary>
public sealed record NightPrices
{
    /// <summary>Code of the plan by whose prices calls and visits of such a night are charged.</summary>
    public required string Plan { get; init; }

    [Range(0, 10_000_000)]
    public required int SingleNight { get; init; }

    /// <summary>A date that is out of hours all day (休日24時間).</summary>
    [Range(0, 10_000_000)]
    public required int HolidayDay { get; init; }

    /// <summary>How long before the night begins it can be bought; 0 up to its beginning.</summary>
    [Range(0, 10_080)]
    public int CloseMinutesBefore { get; init; }

    /// <summary>Dates at which nights cost more (年末年始).</summary>
    public YearlyPeriod? NewYear { get; init; }

    /// <summary>What they then cost, in percent.</summary>
    [Range(100, 1_000)]
    public int NewYearPercent { get; init; } = 100;

    /// <summary>Integer yen; a part of a yen is dropped.</summary>
    public int PriceOf(PriceKind kind, DateOnly night)
    {
        var yen = kind == PriceKind.HolidayDay ? HolidayDay : SingleNight;
        return NewYear is { } period && period.Contains(night) ? (int)((long)yen * NewYearPercent / 100) : yen;
    }
}

/// <summary>Taken off what a month comes to.</summary>
public sealed record PlanDiscount
{
    /// <summary>As it stands on the invoice.</summary>
    public required string Label { get; init; }

    /// <summary>A part such as <c>10%</c>, or whole yen a month.</summary>
    [RegularExpression("^([1-9][0-9]?%|100%|[1-9][0-9]{0,7})$")]
    public required string Off { get; init; }

    /// <summary>First and last month by their first days; null without a bound.</summary>
    public DateOnly? From { get; init; }

    public DateOnly? Until { get; init; }

    /// <summary>Only in so many months from the one in which the subscription began.</summary>
    [Range(1, 120)]
    public int? FirstMonths { get; init; }

    public bool Holds(DateOnly month, DateOnly begun) =>
        (From is not { } from || FirstOf(from) <= month)
        && (Until is not { } until || month <= until)
        && (FirstMonths is not { } first || month < FirstOf(begun).AddMonths(first));

    /// <summary>What it takes off a sum, never more than the sum; a part of a yen stays with the clinic's debt.</summary>
    public long Of(long sum) => Off[^1] == '%'
        ? sum * int.Parse(Off.AsSpan(0, Off.Length - 1), CultureInfo.InvariantCulture) / 100
        : Math.Min(sum, int.Parse(Off, CultureInfo.InvariantCulture));

    [JsonIgnore]
    public bool IsPart => Off[^1] == '%';

    private static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);
}
