using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Tests.Calendar;

public sealed class JapaneseDatesTests
{
    [Fact]
    public void Day_HasMonthDayAndWeekday() => Assert.Equal("11月22日(日)", JapaneseDates.Day(new DateOnly(2026, 11, 22)));

    [Fact]
    public void FullDay_HasTheYearToo() => Assert.Equal("2027年1月4日(月)", JapaneseDates.FullDay(new DateOnly(2027, 1, 4)));

    [Theory]
    [InlineData("2026-11-22 23:40", "23:40")]
    [InlineData("2026-11-22 00:05", "00:05")]
    public void Time_HasTwentyFourHours(string at, string expected) =>
        Assert.Equal(expected, JapaneseDates.Time(Tokyo.At(at).ToUniversalTime(), Tokyo.Zone));

    [Fact]
    public void DayAndTime_AreThoseOfTheZone() =>
        Assert.Equal("11月23日(月) 00:10", JapaneseDates.DayAndTime(new DateTimeOffset(2026, 11, 22, 15, 10, 0, TimeSpan.Zero), Tokyo.Zone));

    [Theory]
    [InlineData("2026-11-22", "令和8年11月22日")]
    [InlineData("2019-05-01", "令和元年5月1日")]
    [InlineData("2019-04-30", "平成31年4月30日")]
    [InlineData("1989-01-08", "平成元年1月8日")]
    [InlineData("1989-01-07", "昭和64年1月7日")]
    [InlineData("1926-12-25", "昭和元年12月25日")]
    [InlineData("1926-12-24", "大正15年12月24日")]
    [InlineData("1860-02-03", "1860年2月3日")]
    public void Era_ChangesOnTheDayItBegan(string date, string expected) =>
        Assert.Equal(expected, JapaneseDates.Era(Tokyo.Date(date)));

    [Theory]
    [InlineData("1940-11-22", "2026-11-21", 85)]
    [InlineData("1940-11-22", "2026-11-22", 86)]
    [InlineData("1940-02-29", "2027-02-28", 86)]
    [InlineData("1940-02-29", "2027-03-01", 87)]
    [InlineData("1940-02-29", "2028-02-29", 88)]
    [InlineData("2026-11-22", "2026-11-22", 0)]
    public void Age_IsCompletedYears(string birthDate, string date, int expected) =>
        Assert.Equal(expected, JapaneseDates.AgeOn(Tokyo.Date(birthDate), Tokyo.Date(date)));
}
