using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Tests.Calendar;

public sealed class WrittenDateTests
{
    [Theory]
    [InlineData("1940-03-02")]
    [InlineData("1940/3/2")]
    [InlineData("1940.3.2")]
    [InlineData("1940年3月2日")]
    [InlineData("19400302")]
    [InlineData("昭和15年3月2日")]
    [InlineData("昭和15年 3月 2日")]
    [InlineData("S15.3.2")]
    [InlineData("s15/3/2")]
    [InlineData("S150302")]
    [InlineData("\uFF33\uFF11\uFF15\uFF0E\uFF13\uFF0E\uFF12")]
    public void Date_IsReadInEveryUsualWriting(string text)
    {
        Assert.True(WrittenDate.TryParse(text, out var date));
        Assert.Equal(new DateOnly(1940, 3, 2), date);
    }

    [Theory]
    [InlineData("昭和64年1月7日", "1989-01-07")]
    [InlineData("平成元年1月8日", "1989-01-08")]
    [InlineData("大正15年12月24日", "1926-12-24")]
    [InlineData("令和8年11月22日", "2026-11-22")]
    [InlineData("M45.7.29", "1912-07-29")]
    public void Eras_ChangeWithinAYear(string text, string expected)
    {
        Assert.True(WrittenDate.TryParse(text, out var date));
        Assert.Equal(DateOnly.ParseExact(expected, "yyyy-MM-dd", null), date);
    }

    [Theory]
    [InlineData("昭和64年1月8日")]
    [InlineData("平成元年1月7日")]
    [InlineData("昭和15年2月30日")]
    [InlineData("1941-02-29")]
    [InlineData("15.3.2")]
    [InlineData("2026-13-01")]
    [InlineData("0355555204")]
    [InlineData("")]
    [InlineData(null)]
    public void WhatIsNoDay_IsRefused(string? text) => Assert.False(WrittenDate.TryParse(text, out _));
}
