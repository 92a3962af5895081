using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Tests.Calendar;

public sealed class FeeClassCalendarTests
{
    private readonly FeeClassCalendar _calendar = new([FeeClassRules.Sample]);

    [Theory]
    [InlineData("2026-11-25 05:59", FeeClass.DeepNight)] // Wednesday
    [InlineData("2026-11-25 06:00", FeeClass.Night)]
    [InlineData("2026-11-25 07:59", FeeClass.Night)]
    [InlineData("2026-11-25 08:00", FeeClass.None)] // out of hours, yet without addition
    [InlineData("2026-11-25 17:59", FeeClass.None)]
    [InlineData("2026-11-25 18:00", FeeClass.Night)]
    [InlineData("2026-11-25 21:59", FeeClass.Night)]
    [InlineData("2026-11-25 22:00", FeeClass.DeepNight)]
    [InlineData("2026-11-26 00:00", FeeClass.DeepNight)]
    [InlineData("2026-11-28 15:00", FeeClass.None)] // Saturday afternoon
    [InlineData("2026-11-29 15:00", FeeClass.Holiday)] // Sunday
    [InlineData("2026-11-29 19:00", FeeClass.Holiday)] // 休日 before 夜間
    [InlineData("2026-11-29 22:00", FeeClass.DeepNight)] // 深夜 before 休日
    [InlineData("2026-11-23 07:00", FeeClass.Holiday)] // 勤労感謝の日
    [InlineData("2026-05-06 10:00", FeeClass.Holiday)] // substitute holiday
    public void ClassAt_FollowsHoursDaysAndPrecedence(string at, FeeClass expected) =>
        Assert.Equal(expected, _calendar.ClassAt(Tokyo.At(at), Tokyo.Zone));

    [Theory]
    [InlineData("2026-12-28", false)] // Monday
    [InlineData("2026-12-29", true)]
    [InlineData("2026-12-31", true)]
    [InlineData("2027-01-01", true)] // 元日
    [InlineData("2027-01-02", true)]
    [InlineData("2028-01-03", true)] // Monday
    [InlineData("2027-01-04", false)] // Monday
    public void FeeHoliday_IncludesTheYearEnd(string date, bool expected) =>
        Assert.Equal(expected, _calendar.IsFeeHoliday(Tokyo.Date(date)));

    [Fact]
    public void Split_OfTheNightOfASundayBeforeAHoliday_CutsWhereTheClassChanges()
    {
        var interval = new Interval(Tokyo.At("2026-11-22 17:00"), Tokyo.At("2026-11-24 09:00"));

        Assert.Equal(
            [
                Stretch(FeeClass.Holiday, "2026-11-22 17:00", "2026-11-22 22:00"),
                Stretch(FeeClass.DeepNight, "2026-11-22 22:00", "2026-11-23 06:00"),
                Stretch(FeeClass.Holiday, "2026-11-23 06:00", "2026-11-23 22:00"),
                Stretch(FeeClass.DeepNight, "2026-11-23 22:00", "2026-11-24 06:00"),
                Stretch(FeeClass.Night, "2026-11-24 06:00", "2026-11-24 08:00"),
                Stretch(FeeClass.None, "2026-11-24 08:00", "2026-11-24 09:00"),
            ],
            _calendar.Split(interval, Tokyo.Zone));
    }

    [Fact]
    public void Split_WithinOneClass_IsOneStretch_AcrossMidnightToo() =>
        Assert.Equal(
            [Stretch(FeeClass.DeepNight, "2026-12-31 23:00", "2027-01-01 01:00")],
            _calendar.Split(new Interval(Tokyo.At("2026-12-31 23:00"), Tokyo.At("2027-01-01 01:00")), Tokyo.Zone));

    [Fact]
    public void Split_OfNoTime_IsEmpty() =>
        Assert.Empty(_calendar.Split(new Interval(Tokyo.At("2026-11-25 18:00"), Tokyo.At("2026-11-25 18:00")), Tokyo.Zone));

    [Fact]
    public void RevisionOfTheFeeSchedule_HoldsFromItsFirstDay()
    {
        var later = FeeClassRules.Sample with
        {
            EffectiveFrom = new DateOnly(2026, 6, 1),
            Night = [new DailySpan(new TimeOnly(19, 0), new TimeOnly(22, 0))],
        };
        var calendar = new FeeClassCalendar([later, FeeClassRules.Sample]);

        Assert.Equal(FeeClass.Night, calendar.ClassAt(Tokyo.At("2026-05-29 18:30"), Tokyo.Zone));
        Assert.Equal(FeeClass.None, calendar.ClassAt(Tokyo.At("2026-06-01 18:30"), Tokyo.Zone));
    }

    [Fact]
    public void DateBeforeTheFirstRules_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _calendar.ClassAt(Tokyo.At("2024-05-31 23:59"), Tokyo.Zone));

    [Fact]
    public void NoRulesOrTwoOfOneDay_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new FeeClassCalendar([]));
        Assert.Throws<ArgumentException>(() => new FeeClassCalendar([FeeClassRules.Sample, FeeClassRules.Sample]));
    }

    private static FeeClassStretch Stretch(FeeClass feeClass, string start, string end) =>
        new(feeClass, new Interval(Tokyo.At(start), Tokyo.At(end)));
}
