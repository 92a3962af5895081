using System.Globalization;

namespace ClinicPortal.Shared.Calendar;

/// <summary>Dates in the language of the screen: Japanese as <see cref="JapaneseDates"/> writes them, English with the month's name.</summary>
public static class ScreenDates
{
    /// <summary><c>昭和15年3月2日</c>, <c>2 Mar 1940</c>: people say their birth dates by era.</summary>
    public static string Birth(DateOnly date) => IsEnglish ? English(date) : JapaneseDates.Era(date);

    /// <summary><c>2026年11月22日(日)</c>, <c>22 Nov 2026</c>.</summary>
    public static string Day(DateOnly date) => IsEnglish ? English(date) : JapaneseDates.FullDay(date);

    private static bool IsEnglish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";

    private static string English(DateOnly date) => date.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
