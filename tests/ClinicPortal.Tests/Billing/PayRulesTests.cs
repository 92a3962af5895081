using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

public sealed class PayRulesTests
{
    private static readonly DateOnly November = new(2026, 11, 1);

    [Fact]
    public void Night_HasDeepNightAndOvertime_AndItsBreakWhereNothingIsAdded()
    {
        // 18:00 to 9:00 without the hour from 18:00: eight hours until 3:00, six of overtime.
        var night = APay.Compute(November, APay.Shift("2026-11-18 18:00", "2026-11-19 09:00", 60));

        Assert.Equal(new PayMinutes(840, 420, 360, 0, 0, 0, 0), night.Minutes);
        Assert.Equal(
            [(PayLineKind.Hours, 112_000L), (PayLineKind.DeepNight, 14_000L), (PayLineKind.Overtime, 12_000L), (PayLineKind.Transport, 2_000L)],
            night.Lines.Select(line => (line.Kind, line.AmountYen)));
    }

    [Fact]
    public void RestDay_BeginsAtMidnight_AndHasNoOvertime()
    {
        var night = APay.Compute(November, APay.Shift("2026-11-21 18:00", "2026-11-22 09:00"));

        Assert.Equal(new PayMinutes(900, 420, 0, 0, 540, 0, 0), night.Minutes);
    }

    [Fact]
    public void AfterTheRestDay_TheHoursOfTheDayAreStillWhole()
    {
        // Six hours of Sunday, then eight ordinary ones until 8:00, and one of overtime. Monday is a public holiday (勤労感謝の日).
        var night = APay.Compute(November, APay.Shift("2026-11-22 18:00", "2026-11-23 09:00"));

        Assert.Equal(new PayMinutes(900, 420, 60, 0, 360, 540, 0), night.Minutes);
    }

    [Fact]
    public void SixthDayOfAWeek_IsOvertime_AlsoWhenTheWeekBeganInTheMonthBefore()
    {
        // Monday 26 October to Friday 30 October use up 40 hours; Saturday 31 October is of October, and November begins with a Sunday.
        var week = Enumerable.Range(23, 6).Select(day => APay.Shift($"2026-11-{day} 09:00", $"2026-11-{day} 17:00")).ToList();
        Assert.Equal(8 * 60, APay.Compute(November, week).Minutes.Overtime);

        var december = new DateOnly(2026, 12, 1);
        Assert.Equal(new DateOnly(2026, 11, 29), PayRules.FirstDay(december, APay.Rates));
        var acrossMonths = (List<PayShift>)[APay.Shift("2026-11-30 09:00", "2026-11-30 17:00"), .. Enumerable.Range(1, 5).Select(day => APay.Shift($"2026-12-0{day} 09:00", $"2026-12-0{day} 17:00"))];
        var paid = APay.Compute(december, acrossMonths);
        Assert.Equal((5, 8 * 60), (paid.Shifts.Count, paid.Minutes.Overtime));
    }

    [Fact]
    public void BeyondSixtyHoursOfOvertimeAMonth_TheHigherPremiumIsPaid()
    {
        // Ten nights with eight ordinary hours each, and seven of overtime: 70 hours; the week's 40 hours are not reached.
        var nights = ((string[])["02", "04", "06", "09", "11", "13", "16", "18", "20", "24"]).Select(day => APay.Shift($"2026-11-{day} 06:00", $"2026-11-{day} 21:00"));
        var paid = APay.Compute(November, [.. nights]);

        Assert.Equal((60 * 60, 10 * 60), (paid.Minutes.Overtime, paid.Minutes.OvertimeAbove));
        Assert.Contains(new PayAmount(PayLineKind.OvertimeAbove, 600, 8_000, 50, 40_000), paid.Lines);
    }

    [Fact]
    public void NewYear_IsPaidInsteadOfPublicHoliday()
    {
        var paid = APay.Compute(new DateOnly(2027, 1, 1), APay.Shift("2027-01-01 09:00", "2027-01-01 12:00"));

        Assert.Equal(new PayMinutes(180, 0, 0, 0, 0, 0, 180), paid.Minutes);
    }

    [Fact]
    public void SecondsBeforeAWholeMinute_AreCut()
    {
        var paid = APay.Compute(November, APay.Shift("2026-11-18 09:00:59", "2026-11-18 10:00:01"));

        Assert.Equal(60, paid.Minutes.Worked);
    }

    [Fact]
    public void Line_IsRoundedOnce_AsTheTableSays()
    {
        // Twice 20 minutes of 1,000 yen are 666.67: rounded a shift they would be 333 + 333 or 334 + 334.
        var rate = APay.Table.DoctorSalary! with { PerHour = 1_000, Transport = 0 };
        PayShift[] shifts = [APay.Shift("2026-11-18 09:00", "2026-11-18 09:20"), APay.Shift("2026-11-19 09:00", "2026-11-19 09:20")];

        Assert.Equal(667, Hours(PayRounding.Half));
        Assert.Equal(667, Hours(PayRounding.Up));
        Assert.Equal(666, Hours(PayRounding.Down));

        long Hours(PayRounding rounding) => PayRules.Compute(
            November, shifts, new PayRates { Tables = [APay.Table with { YenRounding = rounding, DoctorSalary = rate }] }, DutyRole.Doctor, PayKind.Salary, APay.Tokyo).Lines.Single().AmountYen;
    }

    [Theory]
    [InlineData(PayRounding.Half, 30, 60)]
    [InlineData(PayRounding.Down, 30, 30)]
    [InlineData(PayRounding.Up, 60, 60)]
    public void Minutes_AreRoundedToTheUnitOfTheTable(PayRounding rounding, int of44, int of46)
    {
        Assert.Equal(of44, Rounded(44));
        Assert.Equal(of46, Rounded(46));

        int Rounded(int minutes) => PayRules.Compute(
            November, [APay.Shift("2026-11-18 09:00", $"2026-11-18 09:{minutes}")], new PayRates { Tables = [APay.Table with { MinuteUnit = 30, MinuteRounding = rounding }] },
            DutyRole.Doctor, PayKind.Salary, APay.Tokyo).Lines[0].Quantity;
    }

    [Fact]
    public void Contractor_IsPaidByShift_AndForWaitingWhereNobodyCalled()
    {
        var paid = PayRules.Compute(
            November, [APay.Shift("2026-11-18 18:00", "2026-11-19 09:00", 0, new PayVisit(FeeClass.DeepNight, false)), APay.Shift("2026-11-19 18:00", "2026-11-20 09:00")], APay.Rates,
            DutyRole.Doctor, PayKind.Contract, APay.Tokyo);

        Assert.Equal([new PayAmount(PayLineKind.Shift, 2, 60_000, 0, 120_000), new PayAmount(PayLineKind.Standby, 1, 10_000, 0, 10_000)], paid.Lines);
    }

    [Fact]
    public void Visits_ArePaidByTheirClass_AndEndOfLifeOnTop()
    {
        var paid = APay.Compute(November, APay.Shift(
            "2026-11-18 18:00", "2026-11-18 19:00", 0, new PayVisit(FeeClass.Night, false), new PayVisit(FeeClass.DeepNight, true), new PayVisit(FeeClass.DeepNight, false)));

        Assert.Equal(5_000 + 2 * 8_000 + 5_000, paid.Lines.Where(l => l.Kind is PayLineKind.VisitNight or PayLineKind.VisitDeepNight or PayLineKind.EndOfLife).Sum(l => l.AmountYen));
    }

    [Fact]
    public void OpenShift_IsShownAndNotPaid()
    {
        var paid = APay.Compute(November, APay.Shift("2026-11-18 18:00", null));

        Assert.Equal((1, 1, 0), (paid.Open, paid.Shifts.Count, paid.Lines.Count));
    }

    [Fact]
    public void RoleWithoutRates_IsNoticed()
    {
        var paid = PayRules.Compute(November, [APay.Shift("2026-11-18 18:00", "2026-11-18 19:00")], APay.Rates, DutyRole.Driver, PayKind.Salary, APay.Tokyo);

        Assert.True(paid.HasNoRate);
        Assert.Empty(paid.Lines);
    }

    [Fact]
    public void ShiftOfADay_IsPaidByTheTableOfThatDay()
    {
        var later = APay.Table with { EffectiveFrom = new DateOnly(2026, 11, 16), DoctorSalary = APay.Table.DoctorSalary! with { PerHour = 10_000, Transport = 0 } };
        var paid = PayRules.Compute(
            November, [APay.Shift("2026-11-13 09:00", "2026-11-13 10:00"), APay.Shift("2026-11-16 09:00", "2026-11-16 10:00")], new PayRates { Tables = [APay.Table, later] }, DutyRole.Doctor,
            PayKind.Salary, APay.Tokyo);

        Assert.Equal([8_000L, 2_000L, 10_000L], paid.Lines.Select(l => l.AmountYen));
        Assert.Equal(2, paid.Tables.Count);
    }

    [Fact]
    public void Difference_IsWhatIsMissing_AndNothingOnceItIsSaid()
    {
        var before = APay.Compute(November, APay.Shift("2026-11-18 18:00", "2026-11-18 20:00")).Lines;
        var now = APay.Compute(November, APay.Shift("2026-11-18 18:00", "2026-11-18 23:00")).Lines;

        var difference = PayLine.Difference(now, before);

        Assert.Equal([(PayLineKind.Hours, 180, 24_000L), (PayLineKind.DeepNight, 60, 2_000L)], difference.Select(l => (l.Kind, l.Quantity, l.AmountYen)));
        Assert.Empty(PayLine.Difference(now, before.Concat(difference)));
        Assert.Equal([-24_000L, -2_000L], PayLine.Difference(before, now).Select(l => l.AmountYen));
    }
}
