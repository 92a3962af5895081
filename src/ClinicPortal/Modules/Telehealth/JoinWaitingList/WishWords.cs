using System.Globalization;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth.JoinWaitingList;

/// <summary>Weekdays and times of day that somebody of the waiting list wishes, as a form sends them and as screens say them.</summary>
public static class WishWords
{
    /// <summary>From Monday on, as calendars of doctors' hours begin.</summary>
    public static IReadOnlyList<DayOfWeek> Week { get; } = [.. Enumerable.Range(1, 7).Select(n => (DayOfWeek)(n % 7))];

    /// <summary>The checkbox of a weekday.</summary>
    public static string Field(DayOfWeek day) => $"weekday.{day}";

    public static IReadOnlyList<DayOfWeek> Days(FormPost form) => [.. Week.Where(day => form.Checked(Field(day)))];

    public static TimeOnly? Time(string? written) =>
        TimeOnly.TryParseExact(written, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <returns>Such as 月曜・水曜 18:00–20:00; null where any time of any day will do.</returns>
    public static string? Of(WaitingEntry entry, IStringLocalizer<BookingText> text)
    {
        var days = string.Join(text["Waiting.And"], Week.Where(day => entry.Weekdays.Contains(day.ToString())).Select(day => text[$"Weekday.{day}"].Value));
        var times = (entry.FromTime, entry.UntilTime) switch
        {
            (null, null) => "",
            ({ } from, null) => text["Waiting.FromOnly", JapaneseDates.Time(from)].Value,
            (null, { } until) => text["Waiting.UntilOnly", JapaneseDates.Time(until)].Value,
            ({ } from, { } until) => $"{JapaneseDates.Time(from)}–{JapaneseDates.Time(until)}",
        };
        return $"{days} {times}".Trim() is { Length: > 0 } wish ? wish : null;
    }
}
