using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Money;

public sealed class InvoicingSettingsTests
{
    [Theory]
    [InlineData("2026-11-21", false)] // Saturday
    [InlineData("2026-11-23", false)] // 勤労感謝の日
    [InlineData("2026-11-24", true)]
    [InlineData("2026-12-30", true)]
    [InlineData("2026-12-31", false)]
    [InlineData("2027-01-03", false)]
    [InlineData("2027-01-04", true)]
    public void Banks_AreClosedOnWeekendsHolidaysAndAtNewYear(string day, bool open) => Assert.Equal(open, BankCalendar.IsOpen(Day(day)));

    [Theory]
    [InlineData(31, "2026-02-01", "2026-02-28")]
    [InlineData(31, "2028-02-29", "2028-02-29")]
    [InlineData(30, "2026-02-01", "2026-02-28")]
    [InlineData(20, "2026-11-05", "2026-11-20")]
    public void ClosingDay_IsTheLastWhereTheMonthIsShorter(int day, string month, string closing) =>
        Assert.Equal(Day(closing), (InvoicingSettings.Default with { ClosingDay = day }).ClosingOf(Day(month)));

    [Theory]
    [InlineData(31, "2026-11-01", "2026-11-01", "2026-11-30")]
    [InlineData(20, "2026-03-01", "2026-02-21", "2026-03-20")]
    [InlineData(30, "2026-03-01", "2026-03-01", "2026-03-30")]
    public void Period_BeginsTheDayAfterTheClosingBefore(int day, string month, string from, string until) =>
        Assert.Equal((Day(from), Day(until)), (InvoicingSettings.Default with { ClosingDay = day }).PeriodOf(Day(month)));

    [Theory]
    [InlineData(1, 31, BankHolidayRule.Next, "2026-11-30", "2027-01-04")] // 12-31 and New Year
    [InlineData(1, 31, BankHolidayRule.Previous, "2026-11-30", "2026-12-30")]
    [InlineData(1, 31, BankHolidayRule.Next, "2026-09-30", "2026-11-02")] // 10-31 is a Saturday
    [InlineData(2, 10, BankHolidayRule.Next, "2026-08-31", "2026-10-13")] // Saturday, Sunday, スポーツの日
    [InlineData(2, 10, BankHolidayRule.Previous, "2026-08-31", "2026-10-09")]
    [InlineData(1, 31, BankHolidayRule.Next, "2027-01-31", "2027-03-01")]
    public void Due_IsADayOnWhichBanksAreOpen(int months, int day, BankHolidayRule rule, string closing, string due) =>
        Assert.Equal(Day(due), (InvoicingSettings.Default with { DueMonthsAfter = months, DueDay = day, OnBankHoliday = rule }).DueOf(Day(closing)));

    [Theory]
    [InlineData(4, "2027-03-31", 2026)]
    [InlineData(4, "2027-04-01", 2027)]
    [InlineData(1, "2027-03-31", 2027)]
    public void YearOfNumbers_BeginsWithItsMonth(int begins, string issued, int year) =>
        Assert.Equal(year, (InvoicingSettings.Default with { YearBegins = begins }).YearOf(Day(issued)));

    [Fact]
    public void Periods_OfTenYears_CoverEveryDayOnce_AndDuesAreOpenDays()
    {
        foreach (var closingDay in Enumerable.Range(1, 31))
        {
            var rules = InvoicingSettings.Default with { ClosingDay = closingDay };
            var expected = rules.PeriodOf(new DateOnly(2024, 1, 1)).From;
            for (var month = new DateOnly(2024, 1, 1); month.Year < 2034; month = month.AddMonths(1))
            {
                var (from, until) = rules.PeriodOf(month);
                Assert.Equal(expected, from);
                Assert.True(until > from);
                Assert.True(BankCalendar.IsOpen(rules.DueOf(until)));
                expected = until.AddDays(1);
            }
        }
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
