namespace ClinicPortal.Shared.Money;

/// <summary>
/// 日割り: of a price of a whole month what some of its days cost. Of <c>y</c> yen in a month of <c>d</c> days the days <c>a</c> to <c>b</c> cost
/// <c>⌊y·b/d⌋ − ⌊y·(a−1)/d⌋</c>: whole yen, and the parts of a month add up to the whole whichever way it is cut.
/// </summary>
public static class Proration
{
    public static int Of(int yen, int first, int last, int days) => (int)((long)yen * last / days - (long)yen * (first - 1) / days);

    /// <summary>From a day to the end of its month.</summary>
    public static int From(int yen, DateOnly day)
    {
        var days = DateTime.DaysInMonth(day.Year, day.Month);
        return Of(yen, day.Day, days, days);
    }

    /// <summary>From the beginning of a day's month to the day before it.</summary>
    public static int Before(int yen, DateOnly day) => Of(yen, 1, day.Day - 1, DateTime.DaysInMonth(day.Year, day.Month));
}
