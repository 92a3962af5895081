using System.Text.Json.Serialization;

namespace ClinicPortal.Shared.Calendar;

/// <summary>What becomes of a day of payment on which banks are closed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BankHolidayRule>))]
public enum BankHolidayRule
{
    /// <summary>翌営業日.</summary>
    Next,

    /// <summary>前営業日.</summary>
    Previous,
}

/// <summary>銀行営業日. Banks are closed on Saturdays, Sundays, public holidays and from 31 December to 3 January (銀行法施行令5条1項).</summary>
public static class BankCalendar
{
    public static bool IsOpen(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
        && (day.Month, day.Day) is not ((12, 31) or (1, 1) or (1, 2) or (1, 3))
        && PublicHolidays.On(day) is null;

    /// <summary>The day itself where banks are open, else the nearest one that the rule asks for.</summary>
    public static DateOnly Nearest(DateOnly day, BankHolidayRule rule)
    {
        while (!IsOpen(day))
        {
            day = day.AddDays(rule == BankHolidayRule.Next ? 1 : -1);
        }
        return day;
    }
}
