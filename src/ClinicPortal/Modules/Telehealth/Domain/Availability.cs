using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>診療枠: hours of a doctor that recur every week, by the wall clock of the association. Hours that end before they begin go past midnight.</summary>
public sealed class Availability : ITenantOwned
{
    private Availability()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PractitionerId { get; private set; }

    public DayOfWeek Weekday { get; private set; }

    public TimeOnly Starts { get; private set; }

    public TimeOnly Ends { get; private set; }

    public DateOnly ValidFrom { get; private set; }

    public DateOnly? ValidUntil { get; private set; }

    /// <summary>Codes of the association's services; none means all.</summary>
    public string[] Services { get; private set; } = [];

    /// <summary>Kept free after each appointment.</summary>
    public int BufferMinutes { get; private set; }

    /// <summary>How long before its start an appointment is booked at the latest.</summary>
    public int LeadMinutes { get; private set; }

    public int? MostPerDay { get; private set; }

    /// <summary>診察室 where several doctors share one with its equipment; no two appointments use it at once.</summary>
    public string? Room { get; private set; }

    public static Availability Weekly(
        Practitioner practitioner, Guid id, DayOfWeek weekday, TimeOnly starts, TimeOnly ends, DateOnly validFrom, DateOnly? validUntil,
        IEnumerable<string> services, int bufferMinutes, int leadMinutes, int? mostPerDay, string? room) => new()
    {
        TenantId = practitioner.TenantId,
        Id = id,
        PractitionerId = practitioner.Id,
        Weekday = weekday,
        Starts = starts,
        Ends = ends,
        ValidFrom = validFrom,
        ValidUntil = validUntil,
        Services = [.. services],
        BufferMinutes = bufferMinutes,
        LeadMinutes = leadMinutes,
        MostPerDay = mostPerDay,
        Room = room,
    };

    public void Change(
        DayOfWeek weekday, TimeOnly starts, TimeOnly ends, DateOnly validFrom, DateOnly? validUntil, IEnumerable<string> services, int bufferMinutes, int leadMinutes,
        int? mostPerDay, string? room) =>
        (Weekday, Starts, Ends, ValidFrom, ValidUntil, Services, BufferMinutes, LeadMinutes, MostPerDay, Room) =
        (weekday, starts, ends, validFrom, validUntil, [.. services], bufferMinutes, leadMinutes, mostPerDay, room);
}

public enum ExceptionKind
{
    /// <summary>Not then, although the week says so (iCalendar EXDATE).</summary>
    Closed,

    /// <summary>Then as well (iCalendar RDATE).</summary>
    Open,
}

/// <summary>One day that is not like its weekday.</summary>
public sealed class AvailabilityException : ITenantOwned
{
    private AvailabilityException()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PractitionerId { get; private set; }

    public DateOnly Day { get; private set; }

    public ExceptionKind Kind { get; private set; }

    /// <summary>Null, as <see cref="Ends"/>, where the whole day is closed.</summary>
    public TimeOnly? Starts { get; private set; }

    public TimeOnly? Ends { get; private set; }

    public string[] Services { get; private set; } = [];

    public static AvailabilityException Closed(Practitioner practitioner, Guid id, DateOnly day, TimeOnly? starts, TimeOnly? ends) =>
        Of(practitioner, id, day, ExceptionKind.Closed, starts, ends, []);

    public static AvailabilityException Open(Practitioner practitioner, Guid id, DateOnly day, TimeOnly starts, TimeOnly ends, IEnumerable<string> services) =>
        Of(practitioner, id, day, ExceptionKind.Open, starts, ends, services);

    private static AvailabilityException Of(
        Practitioner practitioner, Guid id, DateOnly day, ExceptionKind kind, TimeOnly? starts, TimeOnly? ends, IEnumerable<string> services) => new()
    {
        TenantId = practitioner.TenantId,
        Id = id,
        PractitionerId = practitioner.Id,
        Day = day,
        Kind = kind,
        Starts = starts,
        Ends = ends,
        Services = [.. services],
    };
}
