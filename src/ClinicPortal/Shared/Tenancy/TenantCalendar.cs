using System.Runtime.CompilerServices;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>An association's two calendars of the clock: when night cover answers, and which class of fee a time has.</summary>
public sealed record TenantCalendar(OutOfHoursCalendar OutOfHours, FeeClassCalendar FeeClasses);

public static class TenantCalendars
{
    // A new version of the settings is a new object, so calendars live exactly as long as their settings.
    private static readonly ConditionalWeakTable<TenantSettings, TenantCalendar> BySettings = [];

    public static TenantCalendar Of(TenantInfo tenant) => BySettings.GetValue(tenant.Settings, From);

    public static TenantCalendar From(TenantSettings settings) => new(
        new OutOfHoursCalendar(Windows(settings.OutOfHours)),
        new FeeClassCalendar(settings.FeeClasses.Select(Rules)));

    private static OutOfHoursWindows Windows(OutOfHoursSettings settings) => new()
    {
        WeekdayNightFrom = settings.WeekdayNight.From,
        WeekdayNightUntil = settings.WeekdayNight.To,
        SaturdayFrom = settings.SaturdayFrom,
        AllDayOn = settings.Sundays ? [DayOfWeek.Sunday] : [],
        PublicHolidaysAllDay = settings.PublicHolidays,
        AllDayPeriods = settings.ClosedDays,
        DayChange = settings.DayChange,
    };

    private static FeeClassRules Rules(FeeClassSettings settings) => new()
    {
        EffectiveFrom = settings.EffectiveFrom,
        Night = settings.Night,
        DeepNight = settings.DeepNight,
        HolidayWeekdays = settings.Holidays.Sundays ? [DayOfWeek.Sunday] : [],
        PublicHolidaysAreHolidays = settings.Holidays.PublicHolidays,
        HolidayPeriods = settings.Holidays.Days,
    };
}
