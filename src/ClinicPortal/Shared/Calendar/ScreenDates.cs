using System.Globalization;

namespace ClinicPortal.Shared.Calendar;

/// <summary>Dates in the language of the screen: Japanese as <see cref="JapaneseDates"/> writes them, English with the month's name.</summary>
public static class ScreenDates
{
    /// <summary><c>昭和15年3月2日</c>, <c>2 Mar 1940</c>: people say their birth dates by era.</summary>
    public static string Birth(DateOnly date) => Formal(date);

    /// <summary><c>令和8年11月22日</c>, <c>22 Nov 2026</c>: as letters and certificates date.</summary>
    public static string Formal(DateOnly date) => IsEnglish ? English(date, "d MMM yyyy") : JapaneseDates.Era(date);

    /// <summary><c>2026年11月22日(日)</c>, <c>22 Nov 2026</c>.</summary>
    public static string Day(DateOnly date) => IsEnglish ? English(date, "d MMM yyyy") : JapaneseDates.FullDay(date);

    /// <summary><c>11月22日(日)</c>, <c>Sun 22 Nov</c>: where nobody doubts the year.</summary>
    public static string NearDay(DateOnly date) => IsEnglish ? English(date, "ddd d MMM") : JapaneseDates.Day(date);

    /// <summary><c>11月22日(日) 23:40</c>, <c>Sun 22 Nov 23:40</c> on the zone's clock.</summary>
    /// <summary>Where the year goes without saying and the weekday does not matter.</summary>
    public static string ShortDay(DateOnly date) => IsEnglish ? English(date, "d MMM") : string.Create(CultureInfo.InvariantCulture, $"{date.Month}月{date.Day}日");

    public static string NearDayAndTime(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var (date, time) = WallClock.Of(instant, zone);
        return $"{NearDay(date)} {JapaneseDates.Time(time)}";
    }

    private static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    private static string English(DateOnly date, string format) => date.ToString(format, CultureInfo.InvariantCulture);
}
