using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

/// <summary>Shifts and rates for tests of pay.</summary>
internal static class APay
{
    public static TimeZoneInfo Tokyo { get; } = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    public static RateTable Table { get; } = new()
    {
        EffectiveFrom = new DateOnly(2026, 4, 1), StatutoryRestDay = DayOfWeek.Sunday, DeepNight = new DailySpan(new TimeOnly(22, 0), new TimeOnly(5, 0)),
        NewYear = new YearlyPeriod(new MonthDay(12, 29), new MonthDay(1, 3)),
        Limits = new WorkLimits { DailyHours = 8, WeeklyHours = 40, MonthlyOvertimeHours = 60, YearlyOvertimeHours = 960 }, YenRounding = PayRounding.Half,
        DoctorSalary = new PayRate
        {
            PerHour = 8_000, Transport = 2_000, EndOfLife = 5_000, Visit = new VisitPrices { None = 3_000, Night = 5_000, Holiday = 5_000, DeepNight = 8_000 },
            Premiums = new PayPremiums { DeepNight = 25, Overtime = 25, OvertimeAbove = 50, RestDay = 35, PublicHoliday = 10, NewYear = 35 },
        },
        DoctorContract = new PayRate { PerHour = 0, PerShift = 60_000, Standby = 10_000 },
    };

    public static PayRates Rates { get; } = new() { Tables = [Table] };

    public static PayShift Shift(string from, string? until, int breakMinutes = 0, params IReadOnlyList<PayVisit> visits) =>
        new(Guid.NewGuid(), 1, "1号車", At(from), until is null ? null : At(until), breakMinutes, visits);

    /// <param name="local">By the clock in Tokyo, as <c>2026-11-18 18:00</c>.</param>
    public static DateTimeOffset At(string local) => DateTimeOffset.Parse($"{local}+09:00", System.Globalization.CultureInfo.InvariantCulture);

    public static PayComputation Compute(DateOnly month, params IReadOnlyList<PayShift> shifts) => PayRules.Compute(month, shifts, Rates, DutyRole.Doctor, PayKind.Salary, Tokyo);
}
