using System.ComponentModel.DataAnnotations;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Money;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>When an association closes its accounts, by when it is paid, and how it rounds and numbers its invoices.</summary>
public sealed record InvoicingSettings
{
    /// <summary>月末締め・翌月末払い, tax rounded down, numbers by fiscal year: for associations that have not said otherwise.</summary>
    public static InvoicingSettings Default { get; } = new()
    {
        ClosingDay = 31, DueMonthsAfter = 1, DueDay = 31, OnBankHoliday = BankHolidayRule.Next, TaxRounding = TaxRounding.Down,
    };

    /// <summary>締日; 31, and every day that a month does not have, is its last.</summary>
    [Range(1, 31)]
    public required int ClosingDay { get; init; }

    /// <summary>Months from that of the closing date to that of payment: 1 is 翌月.</summary>
    [Range(0, 6)]
    public required int DueMonthsAfter { get; init; }

    /// <summary>Day of payment, as <see cref="ClosingDay"/>.</summary>
    [Range(1, 31)]
    public required int DueDay { get; init; }

    public required BankHolidayRule OnBankHoliday { get; init; }

    public required TaxRounding TaxRounding { get; init; }

    /// <summary>The month with which a year of invoice numbers begins: 4 for the fiscal year, 1 for the calendar year.</summary>
    [Range(1, 12)]
    public int YearBegins { get; init; } = 4;

    /// <summary>備考 on every invoice, such as who bears the fee of the transfer.</summary>
    public string? Note { get; init; }

    /// <param name="month">Any day of it.</param>
    public DateOnly ClosingOf(DateOnly month) => DayOf(month, ClosingDay);

    /// <summary>The period that a month's invoices are about: from the day after one closing date to the next.</summary>
    public (DateOnly From, DateOnly Until) PeriodOf(DateOnly month) => (ClosingOf(First(month).AddMonths(-1)).AddDays(1), ClosingOf(month));

    /// <summary>支払期限: never a day on which nobody can transfer.</summary>
    public DateOnly DueOf(DateOnly closing) => BankCalendar.Nearest(DayOf(First(closing).AddMonths(DueMonthsAfter), DueDay), OnBankHoliday);

    /// <summary>The year of numbers that a date of issue falls in, named by the year in which it begins.</summary>
    public int YearOf(DateOnly issued) => issued.Month < YearBegins ? issued.Year - 1 : issued.Year;

    private static DateOnly First(DateOnly day) => new(day.Year, day.Month, 1);

    private static DateOnly DayOf(DateOnly month, int day) => new(month.Year, month.Month, Math.Min(day, DateTime.DaysInMonth(month.Year, month.Month)));
}
