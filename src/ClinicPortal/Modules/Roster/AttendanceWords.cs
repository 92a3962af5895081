using ClinicPortal.Shared.Calendar;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Roster;

/// <summary>How attendances are written on screen.</summary>
public sealed class AttendanceWords(IStringLocalizer<RosterText> text)
{
    /// <summary><c>15時間02分</c>; a dash while it is not known.</summary>
    public string Hours(int? minutes) => minutes is { } known ? text["Attendance.Hours", known / 60, known % 60] : "—";

    public string Minutes(int minutes) => text["Attendance.Minutes", minutes];

    /// <summary>The time alone where it is of the given day, with the day before it otherwise.</summary>
    public static string Time(DateTimeOffset? at, DateOnly day, TimeZoneInfo zone)
    {
        if (at is not { } instant)
        {
            return "—";
        }
        var (date, time) = WallClock.Of(instant, zone);
        return date == day ? JapaneseDates.Time(time) : $"{ScreenDates.ShortDay(date)} {JapaneseDates.Time(time)}";
    }

    public static string Pill(AttendanceState state) => state switch
    {
        AttendanceState.Done => "pill pill-ok",
        AttendanceState.Working => "pill pill-info",
        AttendanceState.Struck => "pill pill-neutral",
        _ => "pill pill-alert",
    };
}
