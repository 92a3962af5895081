using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Tests.Calendar;

public sealed class OutOfHoursCalendarTests
{
    private readonly OutOfHoursCalendar _calendar = new(OutOfHoursWindows.Sample);

    [Theory]
    [InlineData("2026-11-25 08:59", true)] // Wednesday
    [InlineData("2026-11-25 09:00", false)]
    [InlineData("2026-11-25 17:59", false)]
    [InlineData("2026-11-25 18:00", true)]
    [InlineData("2026-11-26 00:00", true)]
    [InlineData("2026-11-28 12:59", false)] // Saturday
    [InlineData("2026-11-28 13:00", true)]
    [InlineData("2026-11-29 11:00", true)] // Sunday
    [InlineData("2026-11-23 11:00", true)] // Monday, 勤労感謝の日
    [InlineData("2026-05-06 11:00", true)] // Wednesday, substitute holiday
    [InlineData("2026-09-22 11:00", true)] // Tuesday, in-between holiday
    [InlineData("2026-12-28 11:00", false)] // Monday
    [InlineData("2026-12-29 00:00", true)] // Tuesday
    [InlineData("2027-01-03 11:00", true)]
    [InlineData("2027-01-04 08:59", true)] // Monday
    [InlineData("2027-01-04 09:00", false)]
    public void IsOutOfHours_FollowsTheWindows(string at, bool expected) =>
        Assert.Equal(expected, _calendar.IsOutOfHours(Tokyo.At(at), Tokyo.Zone));

    [Fact]
    public void IsOutOfHours_ReadsTheClockOfTheZone_WhateverOffsetTheInstantCarries() =>
        Assert.True(_calendar.IsOutOfHours(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero), Tokyo.Zone));

    [Theory]
    [InlineData("2026-11-25 18:00", "2026-11-25 18:00", "2026-11-26 09:00")] // a weekday night, from its first instant
    [InlineData("2026-11-26 02:00", "2026-11-25 18:00", "2026-11-26 09:00")] // the same after midnight
    [InlineData("2026-11-27 23:00", "2026-11-27 18:00", "2026-11-28 09:00")] // Friday night ends on Saturday morning
    [InlineData("2026-11-22 23:40", "2026-11-21 13:00", "2026-11-24 09:00")] // Saturday, Sunday and a holiday in one
    [InlineData("2026-05-05 10:00", "2026-05-02 13:00", "2026-05-07 09:00")] // Golden week with its substitute
    [InlineData("2027-01-01 00:00", "2026-12-28 18:00", "2027-01-04 09:00")] // year end
    public void CurrentWindow_IsTheWholeStretchAroundTheInstant(string at, string start, string end) =>
        Assert.Equal(new Interval(Tokyo.At(start), Tokyo.At(end)), _calendar.CurrentWindow(Tokyo.At(at), Tokyo.Zone));

    [Fact]
    public void CurrentWindow_WithinHours_IsNone() =>
        Assert.Null(_calendar.CurrentWindow(Tokyo.At("2026-11-25 09:00"), Tokyo.Zone));

    [Theory]
    [InlineData("2026-11-25 10:00", "2026-11-25 18:00")]
    [InlineData("2026-11-25 18:00", "2026-11-26 09:00")]
    [InlineData("2026-11-28 10:00", "2026-11-28 13:00")]
    [InlineData("2026-11-28 13:00", "2026-11-30 09:00")]
    [InlineData("2026-12-28 18:00", "2027-01-04 09:00")]
    public void NextChange_IsWhenOutOfHoursBeginsOrEnds(string at, string expected) =>
        Assert.Equal(Tokyo.At(expected), _calendar.NextChange(Tokyo.At(at), Tokyo.Zone));

    [Fact]
    public void FromChangeToChange_TheAnswerFlips_ThroughAWholeYear()
    {
        var at = Tokyo.At("2026-01-05 10:00");
        var outOfHours = false;
        while (at < Tokyo.At("2027-01-05 10:00"))
        {
            Assert.Equal(outOfHours, _calendar.IsOutOfHours(at, Tokyo.Zone));
            var next = _calendar.NextChange(at, Tokyo.Zone);
            Assert.Equal(outOfHours, _calendar.IsOutOfHours(next.AddTicks(-1), Tokyo.Zone));
            (at, outOfHours) = (next, !outOfHours);
        }
    }

    [Theory]
    [InlineData("2026-11-22 23:40", "2026-11-22")]
    [InlineData("2026-11-23 00:00", "2026-11-22")]
    [InlineData("2026-11-23 02:00", "2026-11-22")]
    [InlineData("2026-11-23 08:59", "2026-11-22")]
    [InlineData("2026-11-23 09:00", "2026-11-23")] // a holiday's day belongs to its own date
    [InlineData("2027-01-01 03:00", "2026-12-31")]
    public void Night_BearsTheDateOnWhichItBegan(string at, string expected)
    {
        var night = _calendar.NightOf(Tokyo.At(at), Tokyo.Zone);

        Assert.Equal(Tokyo.Date(expected), night);
        Assert.True(_calendar.Night(night, Tokyo.Zone).Contains(Tokyo.At(at)));
    }

    [Fact]
    public void NightOf_ChangesAtTheHourOfTheSettings()
    {
        var calendar = new OutOfHoursCalendar(OutOfHoursWindows.Sample with { DayChange = new TimeOnly(7, 30) });

        Assert.Equal(Tokyo.Date("2026-11-23"), calendar.NightOf(Tokyo.At("2026-11-23 07:30"), Tokyo.Zone));
    }

    [Fact]
    public void WindowsOfTheTenant_ReplaceTheSample()
    {
        var calendar = new OutOfHoursCalendar(OutOfHoursWindows.Sample with
        {
            WeekdayNightFrom = new TimeOnly(17, 0),
            SaturdayFrom = TimeOnly.MinValue,
            PublicHolidaysAllDay = false,
            AllDayPeriods = [new YearlyPeriod(new MonthDay(8, 13), new MonthDay(8, 15))],
        });

        Assert.True(calendar.IsOutOfHours(Tokyo.At("2026-11-25 17:00"), Tokyo.Zone));
        Assert.True(calendar.IsOutOfHours(Tokyo.At("2026-11-28 10:00"), Tokyo.Zone)); // Saturday
        Assert.False(calendar.IsOutOfHours(Tokyo.At("2026-11-23 10:00"), Tokyo.Zone)); // holiday
        Assert.True(calendar.IsOutOfHours(Tokyo.At("2026-08-14 10:00"), Tokyo.Zone)); // Bon
        Assert.False(calendar.IsOutOfHours(Tokyo.At("2026-12-30 10:00"), Tokyo.Zone));
    }

    [Fact]
    public void NightThatEndsAfterItBegins_IsRefused() =>
        Assert.Throws<ArgumentException>(
            () => new OutOfHoursCalendar(OutOfHoursWindows.Sample with { WeekdayNightUntil = new TimeOnly(18, 0) }));

    [Fact]
    public void WhereTheClockChanges_NightsFollowTheClockOnTheWall()
    {
        var paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

        var night = _calendar.Night(new DateOnly(2026, 3, 28), paris);

        Assert.Equal(TimeSpan.FromHours(23), night.Duration);
    }

    [Theory]
    [InlineData("12-29", true)]
    [InlineData("02-29", true)]
    [InlineData("02-30", false)]
    [InlineData("1-3", false)]
    [InlineData(null, false)]
    public void MonthDay_IsReadAsMonthAndDay(string? text, bool expected)
    {
        Assert.Equal(expected, MonthDay.TryParse(text, out var day));
        Assert.Equal(expected ? text : "00-00", day.ToString());
    }
}
