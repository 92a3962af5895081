using System.Globalization;
using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Tests.Calendar;

public sealed class ScreenDatesTests
{
    private static readonly DateOnly Sunday = new(2026, 11, 22);

    [Theory]
    [InlineData("ja-JP", "令和8年11月22日", "2026年11月22日(日)", "11月22日(日)", "11月23日(月) 00:10")]
    [InlineData("en", "22 Nov 2026", "22 Nov 2026", "Sun 22 Nov", "Mon 23 Nov 00:10")]
    public void Dates_AreWrittenInTheLanguageOfTheScreen(string language, string formal, string day, string nearDay, string nearDayAndTime)
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
            Assert.Equal(
                [formal, formal, day, nearDay, nearDayAndTime],
                [
                    ScreenDates.Formal(Sunday), ScreenDates.Birth(Sunday), ScreenDates.Day(Sunday), ScreenDates.NearDay(Sunday),
                    ScreenDates.NearDayAndTime(new DateTimeOffset(2026, 11, 22, 15, 10, 0, TimeSpan.Zero), Tokyo.Zone),
                ]);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
