using System.Numerics;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicPortal.Tests.Billing;

/// <summary>Months at random, beside a recomputation that goes minute by minute and knows nothing of stretches.</summary>
public sealed class PayRulesProperties
{
    private static readonly Arbitrary<int> Seeds = Arb.From(Gen.Choose(0, int.MaxValue - 1));

    /// <summary>In two of them clocks change.</summary>
    private static readonly TimeZoneInfo[] Zones = [.. ((string[])["Asia/Tokyo", "Europe/Berlin", "America/New_York"]).Select(TimeZoneInfo.FindSystemTimeZoneById)];

    [Fact]
    public void Minutes_OfAShift_AreThoseBetweenInAndOutWithoutTheBreak() => Prop.ForAll(Seeds, seed =>
    {
        var month = Any(seed);
        return month.Computed.Shifts.All(paid => paid.Shift.Until is { } until
            ? paid.Minutes.Worked == Math.Max(Whole(until) - Whole(paid.Shift.From) - paid.Shift.BreakMinutes, 0) : paid.Minutes == PayMinutes.None);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void NoMinute_IsOvertimeOnARestDay_AndNoPartIsMoreThanTheWhole() => Prop.ForAll(Seeds, seed => Any(seed).Computed.Shifts.All(paid =>
        paid.Minutes.Overtime + paid.Minutes.OvertimeAbove + paid.Minutes.RestDay <= paid.Minutes.Worked && paid.Minutes.DeepNight <= paid.Minutes.Worked
        && paid.Minutes.PublicHoliday + paid.Minutes.NewYear <= paid.Minutes.Worked)).QuickCheckThrowOnFailure();

    [Fact]
    public void Month_IsWhatMinuteByMinuteComesTo_ToTheYen() => Prop.ForAll(Seeds, seed =>
    {
        var month = Any(seed);
        var expected = Recomputed(month);
        var computed = month.Computed.Lines.Where(l => l.Percent > 0).ToDictionary(l => l.Kind, l => (l.Quantity, l.AmountYen));
        return expected.Count == computed.Count && expected.All(pair => computed[pair.Key] == pair.Value);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Month_DoesNotDependOnTheOrderInWhichItIsRead() => Prop.ForAll(Seeds, seed =>
    {
        var month = Any(seed);
        var shuffled = month.Shifts.OrderBy(s => s.AttendanceId.GetHashCode()).ToList();
        return PayRules.Compute(month.First, shuffled, month.Rates, DutyRole.Doctor, PayKind.Salary, month.Zone).Lines.SequenceEqual(month.Computed.Lines);
    }).QuickCheckThrowOnFailure();

    private static long Whole(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMinute;

    private static Month Any(int seed)
    {
        var random = new Random(seed);
        var zone = Zones[random.Next(Zones.Length)];
        var first = new DateOnly(2026 + random.Next(2), 1 + random.Next(12), 1);
        var table = APay.Table with
        {
            EffectiveFrom = new DateOnly(2025, 1, 1), StatutoryRestDay = (DayOfWeek)random.Next(7), WeekBegins = (DayOfWeek)random.Next(7), YenRounding = (PayRounding)random.Next(3),
            MinuteUnit = random.Next(2) == 0 ? 1 : 15, MinuteRounding = (PayRounding)random.Next(3),
            Limits = APay.Table.Limits with { DailyHours = random.Next(4, 10), WeeklyHours = random.Next(20, 45), MonthlyOvertimeHours = random.Next(0, 61) },
            DoctorSalary = APay.Table.DoctorSalary! with { PerHour = random.Next(1, 20_000) },
        };
        var rates = new PayRates { Tables = [table] };
        var shifts = new List<PayShift>();
        for (var day = PayRules.FirstDay(first, rates); day < first.AddMonths(1); day = day.AddDays(1))
        {
            if (random.Next(3) > 0)
            {
                continue;
            }
            var from = WallClock.At(day, new TimeOnly(random.Next(24), random.Next(60), random.Next(60)), zone);
            var length = TimeSpan.FromSeconds(random.Next(1, 20 * 3600));
            shifts.Add(new PayShift(Guid.NewGuid(), 1, "1号車", from, random.Next(20) == 0 ? null : from + length, random.Next(4) == 0 ? 0 : random.Next(0, 90), []));
        }
        return new Month(first, shifts, rates, zone);
    }

    private static Dictionary<PayLineKind, (int, long)> Recomputed(Month month)
    {
        var (table, rate) = (month.Rates.Tables[0], month.Rates.Tables[0].DoctorSalary!);
        var counts = new Dictionary<PayLineKind, int>();
        var (ofDay, ofWeek, overtime) = (new Dictionary<DateOnly, int>(), new Dictionary<DateOnly, int>(), new Dictionary<(int, int), int>());
        foreach (var shift in month.Shifts.Where(s => s.Until is not null).OrderBy(s => s.From))
        {
            var day = Local(shift.From).Date;
            var week = day;
            while (week.DayOfWeek != table.WeekBegins)
            {
                week = week.AddDays(-1);
            }
            var isOfMonth = day >= month.First && day < month.First.AddMonths(1);
            var minutes = new List<(long At, bool Deep, bool RestDay, bool Holiday, bool NewYear)>();
            for (var minute = Whole(shift.From); minute < Whole(shift.Until!.Value); minute++)
            {
                var (date, time) = Local(new DateTimeOffset(minute * TimeSpan.TicksPerMinute, TimeSpan.Zero));
                var newYear = date is { Month: 12, Day: >= 29 } or { Month: 1, Day: <= 3 };
                minutes.Add((minute, time.Hour is >= 22 or < 5, date.DayOfWeek == table.StatutoryRestDay, !newYear && PublicHolidays.On(date) is not null, newYear));
            }
            foreach (var (_, deep, rest, holiday, newYear) in minutes.OrderBy(m => (m.Deep ? 25 : 0) + (m.RestDay ? 35 : 0) + (m.Holiday ? 10 : 0) + (m.NewYear ? 35 : 0)).ThenBy(m => m.At).Skip(shift.BreakMinutes).OrderBy(m => m.At))
            {
                var kind = (PayLineKind?)null;
                if (!rest)
                {
                    if (ofDay.GetValueOrDefault(day) < table.Limits.DailyHours * 60 && ofWeek.GetValueOrDefault(week) < table.Limits.WeeklyHours * 60)
                    {
                        ofDay[day] = ofDay.GetValueOrDefault(day) + 1;
                        ofWeek[week] = ofWeek.GetValueOrDefault(week) + 1;
                    }
                    else
                    {
                        var used = overtime[(day.Year, day.Month)] = overtime.GetValueOrDefault((day.Year, day.Month)) + 1;
                        kind = used <= table.Limits.MonthlyOvertimeHours * 60 ? PayLineKind.Overtime : PayLineKind.OvertimeAbove;
                    }
                }
                if (isOfMonth)
                {
                    Count(PayLineKind.Hours, true);
                    Count(PayLineKind.DeepNight, deep);
                    Count(PayLineKind.RestDay, rest);
                    Count(PayLineKind.PublicHoliday, holiday);
                    Count(PayLineKind.NewYear, newYear);
                    Count(kind ?? PayLineKind.Overtime, kind is not null);
                }
            }
        }
        return counts.Select(pair => (pair.Key, Paid: Paid(pair.Key, pair.Value))).Where(line => line.Paid.Yen != 0).ToDictionary(line => line.Key, line => line.Paid);

        void Count(PayLineKind kind, bool holds) => counts[kind] = counts.GetValueOrDefault(kind) + (holds ? 1 : 0);

        (DateOnly Date, TimeOnly Time) Local(DateTimeOffset at)
        {
            var local = TimeZoneInfo.ConvertTime(at, month.Zone).DateTime;
            return (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        }

        (int Minutes, long Yen) Paid(PayLineKind kind, int exact)
        {
            var minutes = (int)(Rounded(exact, table.MinuteUnit, table.MinuteRounding) * table.MinuteUnit);
            var percent = kind switch
            {
                PayLineKind.Hours => 100, PayLineKind.DeepNight => 25, PayLineKind.Overtime => 25, PayLineKind.OvertimeAbove => 50, PayLineKind.PublicHoliday => 10, _ => 35,
            };
            return (minutes, (long)Rounded((BigInteger)minutes * rate.PerHour * percent, 6_000, table.YenRounding));
        }
    }

    private static BigInteger Rounded(BigInteger value, BigInteger unit, PayRounding rounding)
    {
        var (whole, part) = (value / unit, value % unit);
        return rounding switch
        {
            PayRounding.Down => whole,
            PayRounding.Up => part > 0 ? whole + 1 : whole,
            _ => part * 2 >= unit ? whole + 1 : whole,
        };
    }

    private sealed record Month(DateOnly First, IReadOnlyList<PayShift> Shifts, PayRates Rates, TimeZoneInfo Zone)
    {
        public PayComputation Computed { get; } = PayRules.Compute(First, Shifts, Rates, DutyRole.Doctor, PayKind.Salary, Zone);
    }
}
