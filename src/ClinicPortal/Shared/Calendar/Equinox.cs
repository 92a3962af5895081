namespace ClinicPortal.Shared.Calendar;

/// <summary>
/// Days of the equinoxes in Japan by the approximation of the Hydrographic Department of the Japan Coast Guard
/// (海上保安庁水路部 暦計算研究会編『新こよみ便利帳』), which holds for 1900–2150 and is stretched beyond by the leap days
/// that the Gregorian calendar leaves out.
/// </summary>
internal static class Equinox
{
    private const double MeanYearBeyondDays = 0.242194;

    public static DateOnly Spring(int year) => new(year, 3, Day(year, year switch { < 1980 => 20.8357, < 2100 => 20.8431, _ => 20.8510 }));

    public static DateOnly Autumn(int year) => new(year, 9, Day(year, year < 1980 ? 23.2588 : 23.2488));

    /// <summary>The first weekday of February of the year before, when the gazette names the day.</summary>
    public static DateOnly AnnouncedOn(int year)
    {
        var first = new DateOnly(year - 1, 2, 1);
        return first.DayOfWeek switch
        {
            DayOfWeek.Saturday => first.AddDays(2),
            DayOfWeek.Sunday => first.AddDays(1),
            _ => first,
        };
    }

    private static int Day(int year, double dayIn1980)
    {
        var years = year - 1980;
        var fourthYears = (int)Math.Floor(years / 4.0);
        var omittedLeapDays = (year / 100 - 20) - (year / 400 - 5);
        return (int)Math.Floor(dayIn1980 + MeanYearBeyondDays * years - fourthYears + omittedLeapDays);
    }
}
