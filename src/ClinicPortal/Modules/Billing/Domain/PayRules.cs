using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>A shift as pay knows it.</summary>
/// <param name="Until">Null while nobody has checked out: nothing is paid for it yet.</param>
/// <param name="Revision">Of the attendance from which it was taken.</param>
public sealed record PayShift(Guid AttendanceId, uint Revision, string UnitName, DateTimeOffset From, DateTimeOffset? Until, int BreakMinutes, IReadOnlyList<PayVisit> Visits)
{
    /// <summary>Visits that are not paid for until somebody has looked at them.</summary>
    public int SetAside { get; init; }
}

public sealed record PayVisit(FeeClass Class, bool EndOfLife);

/// <summary>How many of a shift's minutes, without breaks, are of which kind. A minute may be of several, but never overtime and of the rest day at once.</summary>
/// <param name="Overtime">Up to the month's limit; beyond it they are <paramref name="OvertimeAbove"/>.</param>
public sealed record PayMinutes(int Worked, int DeepNight, int Overtime, int OvertimeAbove, int RestDay, int PublicHoliday, int NewYear)
{
    public static PayMinutes None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    public static PayMinutes operator +(PayMinutes one, PayMinutes other) => new(
        one.Worked + other.Worked, one.DeepNight + other.DeepNight, one.Overtime + other.Overtime, one.OvertimeAbove + other.OvertimeAbove, one.RestDay + other.RestDay,
        one.PublicHoliday + other.PublicHoliday, one.NewYear + other.NewYear);
}

public enum PayLineKind
{
    Hours,
    DeepNight,
    Overtime,
    OvertimeAbove,
    RestDay,
    PublicHoliday,
    NewYear,
    Shift,
    Standby,
    VisitNone,
    VisitNight,
    VisitHoliday,
    VisitDeepNight,
    EndOfLife,
    Transport,

    /// <summary>Consultations by video, or by phone where that failed, outside of shifts.</summary>
    Video,
}

/// <summary>What a sheet is paid for. Of time: <paramref name="Quantity"/> minutes at <paramref name="Percent"/> of <paramref name="UnitYen"/> an hour; of the rest: pieces.</summary>
/// <param name="Percent">0 where it is no time.</param>
public sealed record PayAmount(PayLineKind Kind, int Quantity, int UnitYen, int Percent, long AmountYen);

/// <param name="Day">On which the shift was begun, which is its day for the limits of a day, a week and a month.</param>
public sealed record PaidShift(PayShift Shift, DateOnly Day, PayMinutes Minutes);

/// <param name="Shifts">Those begun in the month, open ones without minutes.</param>
/// <param name="Tables">By which it was computed, the first week's hours included.</param>
/// <param name="HasNoRate">Something was worked for which the rate tables say nothing.</param>
public sealed record PayComputation(IReadOnlyList<PaidShift> Shifts, IReadOnlyList<PayAmount> Lines, IReadOnlyList<RateTable> Tables, bool HasNoRate)
{
    public PayMinutes Minutes => Shifts.Aggregate(PayMinutes.None, (sum, shift) => sum + shift.Minutes);

    public int Open => Shifts.Count(s => s.Shift.Until is null);

    public int Visits => Shifts.Where(s => s.Shift.Until is not null).Sum(s => s.Shift.Visits.Count);
}

/// <summary>What a person has earned in a month with one employer: from shifts, visits and rate tables, and nothing else.</summary>
/// <remarks>
/// <para>Check-in and check-out are cut to whole minutes. Deep night, the statutory rest day and holidays go by the clock, minute by minute; a shift over midnight
/// belongs with all its hours to the day on which it was begun (昭和63年1月1日基発1号), while the rest day is from midnight to midnight (平成6年5月31日基発331号).</para>
/// <para>Beyond the hours of a day or a week a minute is overtime. Minutes of the rest day are none and do not use those hours up.</para>
/// <para>When a break was is not known: it is taken from the minutes with the lowest premium by the clock first, which is never to the person's disadvantage.</para>
/// </remarks>
public static class PayRules
{
    private const int MinutesPerHour = 60;
    private const int Whole = 100;

    /// <summary>The day from which shifts must be known to count the first week's hours.</summary>
    public static DateOnly FirstDay(DateOnly month, PayRates rates)
    {
        var begins = rates.On(month)?.WeekBegins ?? DayOfWeek.Sunday;
        return WeekOf(month, begins);
    }

    /// <param name="month">Its first day.</param>
    /// <param name="shifts">From <see cref="FirstDay"/> on; what is begun outside of the month counts for the first week's hours only.</param>
    /// <param name="videos">Days of the month's consultations outside of shifts.</param>
    public static PayComputation Compute(
        DateOnly month, IEnumerable<PayShift> shifts, PayRates rates, DutyRole role, PayKind kind, TimeZoneInfo zone, params IReadOnlyList<DateOnly> videos)
    {
        var hours = new HoursUsed();
        var paid = new List<(PaidShift Shift, RateTable? Table)>();
        var used = new HashSet<RateTable>(ReferenceEqualityComparer.Instance);
        foreach (var shift in shifts.OrderBy(s => s.From).ThenBy(s => s.AttendanceId))
        {
            var day = WallClock.Of(shift.From, zone).Date;
            var table = rates.On(day);
            var minutes = PayMinutes.None;
            if (table is not null && shift.Until is { } until)
            {
                used.Add(table);
                minutes = hours.Use(day, table, Worked(shift.From, until, shift.BreakMinutes, table, RateOf(table, role, kind)?.Premiums, zone));
            }
            if (day.Year == month.Year && day.Month == month.Month)
            {
                paid.Add((new PaidShift(shift, day, minutes), table));
            }
        }
        var seen = videos.Select(day => rates.On(day)).ToList();
        used.UnionWith(seen.OfType<RateTable>());
        var done = paid.Where(p => p.Shift.Shift.Until is not null).ToList();
        var tables = used.OrderBy(t => t.EffectiveFrom).ToList();
        return new PayComputation(
            [.. paid.Select(p => p.Shift)],
            [.. tables.Where(t => RateOf(t, role, kind) is not null).SelectMany(t => Lines(
                t, RateOf(t, role, kind)!, [.. done.Where(p => ReferenceEquals(p.Table, t)).Select(p => p.Shift)], seen.Count(table => ReferenceEquals(table, t))))],
            tables, done.Exists(p => p.Table is null || RateOf(p.Table, role, kind) is null));
    }

    public static PayRate? RateOf(RateTable table, DutyRole role, PayKind kind) => (role, kind) switch
    {
        (DutyRole.Doctor, PayKind.Salary) => table.DoctorSalary,
        (DutyRole.Doctor, _) => table.DoctorContract,
        (_, PayKind.Salary) => table.DriverSalary,
        _ => table.DriverContract,
    };

    /// <summary>As a part of a unit goes; of what is taken back as of what was given.</summary>
    public static long Round(long amount, long unit, PayRounding rounding)
    {
        var rounded = rounding switch
        {
            PayRounding.Down => Math.Abs(amount) / unit,
            PayRounding.Up => (Math.Abs(amount) + unit - 1) / unit,
            _ => (Math.Abs(amount) + unit / 2) / unit,
        };
        return amount < 0 ? -rounded : rounded;
    }

    private static DateOnly WeekOf(DateOnly day, DayOfWeek begins) => day.AddDays(-((day.DayOfWeek - begins + 7) % 7));

    private static IEnumerable<PayAmount> Lines(RateTable table, PayRate rate, IReadOnlyList<PaidShift> shifts, int videos)
    {
        var minutes = shifts.Aggregate(PayMinutes.None, (sum, shift) => sum + shift.Minutes);
        var premiums = rate.Premiums;
        var visits = shifts.SelectMany(s => s.Shift.Visits).ToList();
        PayAmount[] all =
        [
            Time(PayLineKind.Hours, minutes.Worked, Whole), Time(PayLineKind.DeepNight, minutes.DeepNight, premiums?.DeepNight), Time(PayLineKind.Overtime, minutes.Overtime, premiums?.Overtime),
            Time(PayLineKind.OvertimeAbove, minutes.OvertimeAbove, premiums?.OvertimeAbove), Time(PayLineKind.RestDay, minutes.RestDay, premiums?.RestDay),
            Time(PayLineKind.PublicHoliday, minutes.PublicHoliday, premiums?.PublicHoliday), Time(PayLineKind.NewYear, minutes.NewYear, premiums?.NewYear),
            Pieces(PayLineKind.Shift, shifts.Count, rate.PerShift), Pieces(PayLineKind.Standby, shifts.Count(s => s.Shift is { Visits.Count: 0, SetAside: 0 }), rate.Standby),
            Visits(PayLineKind.VisitNone, FeeClass.None), Visits(PayLineKind.VisitNight, FeeClass.Night), Visits(PayLineKind.VisitHoliday, FeeClass.Holiday),
            Visits(PayLineKind.VisitDeepNight, FeeClass.DeepNight), Pieces(PayLineKind.EndOfLife, visits.Count(v => v.EndOfLife), rate.EndOfLife),
            Pieces(PayLineKind.Transport, shifts.Count, rate.Transport), Pieces(PayLineKind.Video, videos, rate.Video),
        ];
        return all.Where(line => line.AmountYen != 0);

        PayAmount Time(PayLineKind kind, int exact, int? percent)
        {
            var counted = (int)Round(exact, table.MinuteUnit, table.MinuteRounding) * table.MinuteUnit;
            return new(kind, counted, rate.PerHour, percent ?? 0, Round((long)counted * rate.PerHour * (percent ?? 0), MinutesPerHour * Whole, table.YenRounding));
        }
        PayAmount Visits(PayLineKind kind, FeeClass feeClass) => Pieces(kind, visits.Count(v => v.Class == feeClass), rate.Visit?.Of(feeClass) ?? 0);
        static PayAmount Pieces(PayLineKind kind, int count, int yen) => new(kind, count, yen, 0, (long)count * yen);
    }

    /// <summary>The shift without its break, cut where the clock makes a difference, in order.</summary>
    private static List<Stretch> Worked(DateTimeOffset from, DateTimeOffset until, int breakMinutes, RateTable table, PayPremiums? premiums, TimeZoneInfo zone)
    {
        var (start, end) = (WholeMinute(from), WholeMinute(until));
        var cuts = Cuts(start, end, table, zone).Append(end).Distinct().Order();
        var stretches = new List<Stretch>();
        foreach (var cut in cuts.Where(c => c > start))
        {
            var (date, time) = WallClock.Of(start, zone);
            var newYear = table.NewYear?.Contains(date) == true;
            stretches.Add(new Stretch(
                start, (int)(cut - start).TotalMinutes, table.DeepNight.Contains(time), date.DayOfWeek == table.StatutoryRestDay, !newYear && PublicHolidays.On(date) is not null, newYear));
            start = cut;
        }
        foreach (var stretch in stretches.OrderBy(s => s.Percent(premiums)).ThenBy(s => s.Start))
        {
            var taken = Math.Min(breakMinutes, stretch.Minutes);
            stretch.Minutes -= taken;
            breakMinutes -= taken;
        }
        return stretches;
    }

    private static IEnumerable<DateTimeOffset> Cuts(DateTimeOffset start, DateTimeOffset end, RateTable table, TimeZoneInfo zone)
    {
        var last = WallClock.Of(end, zone).Date;
        for (var date = WallClock.Of(start, zone).Date; date <= last; date = date.AddDays(1))
        {
            foreach (var instant in (DateTimeOffset[])[WallClock.At(date, TimeOnly.MinValue, zone), WallClock.At(date, table.DeepNight.From, zone), WallClock.At(date, table.DeepNight.To, zone)])
            {
                if (start < instant && instant < end)
                {
                    yield return instant;
                }
            }
        }
    }

    private static DateTimeOffset WholeMinute(DateTimeOffset at) => new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);

    /// <summary>Minutes with the same marks by the clock.</summary>
    private sealed class Stretch(DateTimeOffset start, int minutes, bool deepNight, bool restDay, bool publicHoliday, bool newYear)
    {
        public DateTimeOffset Start => start;

        public int Minutes { get; set; } = minutes;

        public bool IsRestDay => restDay;

        /// <summary>What the clock adds to an hour's pay.</summary>
        public int Percent(PayPremiums? premiums) => premiums is null ? 0
            : (deepNight ? premiums.DeepNight : 0) + (restDay ? premiums.RestDay : 0) + (publicHoliday ? premiums.PublicHoliday : 0) + (newYear ? premiums.NewYear : 0);

        public PayMinutes Of(int overtime, int above) => new(
            Minutes, deepNight ? Minutes : 0, overtime, above, restDay ? Minutes : 0, publicHoliday ? Minutes : 0, newYear ? Minutes : 0);
    }

    /// <summary>How much of the hours of days, weeks and months is used up, shift after shift.</summary>
    private sealed class HoursUsed
    {
        private readonly Dictionary<DateOnly, int> ofDay = [];
        private readonly Dictionary<DateOnly, int> ofWeek = [];
        private readonly Dictionary<DateOnly, int> overtimeOfMonth = [];

        public PayMinutes Use(DateOnly day, RateTable table, IEnumerable<Stretch> stretches)
        {
            var (week, month) = (WeekOf(day, table.WeekBegins), new DateOnly(day.Year, day.Month, 1));
            var sum = PayMinutes.None;
            foreach (var stretch in stretches)
            {
                if (stretch.IsRestDay)
                {
                    sum += stretch.Of(0, 0);
                    continue;
                }
                var left = Math.Min(Left(ofDay, day, table.Limits.DailyHours), Left(ofWeek, week, table.Limits.WeeklyHours));
                var ordinary = Math.Min(stretch.Minutes, left);
                var overtime = stretch.Minutes - ordinary;
                var within = Math.Min(overtime, Left(overtimeOfMonth, month, table.Limits.MonthlyOvertimeHours));
                ofDay[day] = ofDay.GetValueOrDefault(day) + ordinary;
                ofWeek[week] = ofWeek.GetValueOrDefault(week) + ordinary;
                overtimeOfMonth[month] = overtimeOfMonth.GetValueOrDefault(month) + overtime;
                sum += stretch.Of(within, overtime - within);
            }
            return sum;
        }

        private static int Left(Dictionary<DateOnly, int> used, DateOnly key, int hours) => Math.Max(hours * MinutesPerHour - used.GetValueOrDefault(key), 0);
    }
}
