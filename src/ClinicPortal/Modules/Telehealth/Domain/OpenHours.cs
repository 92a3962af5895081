using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>One stretch of time in which a doctor sees patients: what the recurring hours and their exceptions come to on a day.</summary>
/// <param name="Day">The day it began, by the association's clock.</param>
/// <param name="Services">Codes; none means all.</param>
public sealed record OpenHours(
    DateOnly Day, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<string> Services, int BufferMinutes, int LeadMinutes, int? MostPerDay, string? Room)
{
    /// <summary>Where a doctor opens a day without having recurring hours yet.</summary>
    private const int UsualBuffer = 5;
    private const int UsualLead = 60;

    public bool Offers(string service) => Services.Count == 0 || Services.Contains(service);

    /// <summary>
    /// The open hours of the days, in order. A closed day takes away what recurs on it; closed hours take those hours away from whatever is open;
    /// opened hours come on top, with the buffer, lead time and room that are usual for the doctor.
    /// </summary>
    public static IReadOnlyList<OpenHours> Of(
        IReadOnlyCollection<Availability> weekly, IReadOnlyCollection<AvailabilityException> exceptions, DateOnly from, DateOnly until, TimeZoneInfo zone)
    {
        var open = new List<OpenHours>();
        for (var day = from; day <= until; day = day.AddDays(1))
        {
            var today = exceptions.Where(e => e.Day == day).ToList();
            if (!today.Exists(e => e is { Kind: ExceptionKind.Closed, Starts: null }))
            {
                open.AddRange(weekly.Where(a => a.Weekday == day.DayOfWeek && a.ValidFrom <= day && !(a.ValidUntil < day)).Select(a =>
                    Between(day, a.Starts, a.Ends, zone, new OpenHours(day, default, default, a.Services, a.BufferMinutes, a.LeadMinutes, a.MostPerDay, a.Room))));
            }
            var usual = weekly.OrderBy(a => a.Weekday == day.DayOfWeek ? 0 : 1).ThenByDescending(a => a.ValidFrom).FirstOrDefault();
            open.AddRange(today.Where(e => e.Kind == ExceptionKind.Open).Select(e => Between(day, e.Starts!.Value, e.Ends!.Value, zone, new OpenHours(
                day, default, default, e.Services, usual?.BufferMinutes ?? UsualBuffer, usual?.LeadMinutes ?? UsualLead, usual?.MostPerDay, usual?.Room))));
        }
        // Hours of the evening before may reach into a closed morning.
        foreach (var closed in exceptions.Where(e => e is { Kind: ExceptionKind.Closed, Starts: not null }))
        {
            var gone = Between(closed.Day, closed.Starts!.Value, closed.Ends!.Value, zone, new OpenHours(closed.Day, default, default, [], 0, 0, null, null));
            open = [.. open.SelectMany(hours => hours.Without(gone.From, gone.Until))];
        }
        return [.. open.Where(hours => hours.From < hours.Until).OrderBy(hours => hours.From)];
    }

    private IEnumerable<OpenHours> Without(DateTimeOffset from, DateTimeOffset until)
    {
        if (until <= From || Until <= from)
        {
            return [this];
        }
        return new[] { this with { Until = from < From ? From : from }, this with { From = until > Until ? Until : until } }.Where(part => part.From < part.Until);
    }

    private static OpenHours Between(DateOnly day, TimeOnly starts, TimeOnly ends, TimeZoneInfo zone, OpenHours hours) => hours with
    {
        From = Shown(day, starts, zone),
        Until = Shown(ends > starts ? day : day.AddDays(1), ends, zone),
    };

    /// <summary>A time that the clock leaves out, when it is put forward, is the moment at which it is put forward.</summary>
    private static DateTimeOffset Shown(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }
        return WallClock.At(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local), zone);
    }
}
