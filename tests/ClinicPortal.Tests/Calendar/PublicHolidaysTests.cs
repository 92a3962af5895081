using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Tests.Calendar;

public sealed class PublicHolidaysTests
{
    /// <summary>Where the oracle names a day otherwise than it names every other such day; the date itself must still agree.</summary>
    private static readonly Dictionary<DateOnly, string> OraclesOwnNames = new()
    {
        [new(2019, 10, 14)] = "体育の日（スポーツの日）", // in 2019 the law still said 体育の日
        [new(2020, 5, 6)] = "憲法記念日 振替休日", // 2009, 2015, 2026 with the same Sunday: こどもの日 振替休日
    };

    [Fact]
    public void EveryDayFrom1970To2050_IsAHolidayExactlyWhenTheOracleSaysSo()
    {
        var expected = Oracle().Keys;

        var actual = Enumerable.Range(1970, 81).SelectMany(PublicHolidays.For).Select(holiday => holiday.Date);

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void EveryHolidayFrom1970To2050_HasTheOraclesName()
    {
        var expected = Oracle().Where(day => !OraclesOwnNames.ContainsKey(day.Key));

        var actual = Enumerable.Range(1970, 81).SelectMany(PublicHolidays.For)
            .Where(holiday => !OraclesOwnNames.ContainsKey(holiday.Date))
            .Select(holiday => KeyValuePair.Create(holiday.Date, holiday.Name));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void NamesSaidToBeTheOraclesOwn_AreInTheOracle() =>
        Assert.All(OraclesOwnNames, day => Assert.Equal(day.Value, Oracle()[day.Key]));

    [Fact]
    public void On_AgreesWithFor_OnEveryDayOf2024To2028()
    {
        for (var date = new DateOnly(2024, 1, 1); date.Year <= 2028; date = date.AddDays(1))
        {
            Assert.Equal(PublicHolidays.For(date.Year).SingleOrDefault(holiday => holiday.Date == date), PublicHolidays.On(date));
        }
    }

    [Theory]
    [InlineData("2008-05-06", "こどもの日 振替休日")] // for Sunday 5-04, past Monday 5-05
    [InlineData("2009-05-06", "こどもの日 振替休日")] // for Sunday 5-03, past two holidays
    [InlineData("2006-01-02", "元日 振替休日")]
    [InlineData("2021-08-09", "山の日 振替休日")] // of a day that a one-off law moved to a Sunday
    public void SubstituteHoliday_IsTheNextDayThatIsNoHoliday(string date, string name) =>
        Assert.Equal(name, PublicHolidays.On(Tokyo.Date(date))?.Name);

    [Theory]
    [InlineData("1973-02-12")] // Sunday 2-11 came before the rule of April 1973
    [InlineData("1985-05-04")] // Saturday between two holidays, before the rule of December 1985
    [InlineData("2020-07-20")] // moved to the 23rd for the Olympic games
    [InlineData("2021-10-11")] // moved to July
    [InlineData("2019-02-23")] // not yet the Emperor's birthday
    [InlineData("2019-12-23")] // no longer the Emperor's birthday
    public void DayWithoutRuleInForce_IsNoHoliday(string date) => Assert.Null(PublicHolidays.On(Tokyo.Date(date)));

    [Fact]
    public void BothNeighboursOfTheEnthronement_AreInBetweenDays() =>
        Assert.Equal(
            ["昭和の日", "休日", "休日（祝日扱い）", "休日", "憲法記念日"],
            PublicHolidays.For(2019).SkipWhile(holiday => holiday.Date < new DateOnly(2019, 4, 29)).Take(5).Select(holiday => holiday.Name));

    [Fact]
    public void YearsAroundTheOracle_AreSensible()
    {
        Assert.Empty(PublicHolidays.For(1947));
        Assert.Equal(["秋分の日", "文化の日", "勤労感謝の日"], PublicHolidays.For(1948).Select(holiday => holiday.Name));
        Assert.Equal("結婚の儀", PublicHolidays.On(new DateOnly(1959, 4, 10))?.Name);
        Assert.Null(PublicHolidays.On(DateOnly.MinValue));
        Assert.Null(PublicHolidays.On(DateOnly.MaxValue));
        Assert.All(Enumerable.Range(2051, 350), year =>
        {
            // The 22nd comes in 2303, 2307 and 2311: by then three centuries have left out their leap day.
            Assert.InRange(PublicHolidays.For(year).Single(holiday => holiday.Name == "春分の日").Date.Day, 19, 22);
            Assert.InRange(PublicHolidays.For(year).Single(holiday => holiday.Name == "秋分の日").Date.Day, 21, 24);
        });
    }

    [Fact]
    public void Equinox_IsEstimatedUntilTheFirstWeekdayOfFebruaryOfTheYearBefore()
    {
        var equinox = PublicHolidays.On(new DateOnly(2027, 3, 21));

        Assert.NotNull(equinox);
        Assert.True(equinox.IsEstimated(new DateOnly(2026, 2, 1))); // a Sunday
        Assert.False(equinox.IsEstimated(new DateOnly(2026, 2, 2)));
    }

    [Fact]
    public void DaysThatHangOnAnEquinox_AreEstimatedWithIt()
    {
        var today = new DateOnly(2026, 11, 22);

        var estimated = PublicHolidays.For(2032).Where(holiday => holiday.IsEstimated(today)).Select(holiday => holiday.Name);

        Assert.Equal(["春分の日", "休日", "秋分の日"], estimated);
    }

    [Fact]
    public void DayThatTheLawFixes_IsNeverEstimated() =>
        Assert.False(PublicHolidays.On(new DateOnly(2049, 11, 3))!.IsEstimated(new DateOnly(2026, 11, 22)));

    private static SortedDictionary<DateOnly, string> Oracle()
    {
        using var stream = typeof(PublicHolidaysTests).Assembly.GetManifestResourceStream("holidays.yml")!;
        using var reader = new StreamReader(stream);
        var days = reader.ReadToEnd().Split('\n')
            .Where(line => line.Length > 0 && char.IsAsciiDigit(line[0]))
            .Select(line => line.Split(": ", 2));
        return new(days.ToDictionary(day => Tokyo.Date(day[0]), day => day[1]));
    }
}
