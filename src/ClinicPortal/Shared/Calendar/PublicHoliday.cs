namespace ClinicPortal.Shared.Calendar;

/// <summary>祝日: a day off under the Act on National Holidays (国民の祝日に関する法律), substitute and in-between days included.</summary>
/// <param name="Date">The day.</param>
/// <param name="Name">Its Japanese name, e.g. <c>秋分の日</c>; <c>秋分の日 振替休日</c> for a substitute, <c>休日</c> for an in-between day.</param>
/// <param name="AnnouncedOn">
/// For a day that hangs on an equinox: when the official gazette announces it (暦要項, first weekday of February of the year
/// before). Null when the law alone fixes the day.
/// </param>
public sealed record PublicHoliday(DateOnly Date, string Name, DateOnly? AnnouncedOn = null)
{
    /// <summary>Whether on <paramref name="today"/> the date is only computed and not yet official; screens then say so.</summary>
    public bool IsEstimated(DateOnly today) => AnnouncedOn > today;
}
