using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Telehealth;

/// <summary>A doctor with hours, and the question of what is free.</summary>
internal static class ASlot
{
    public static readonly TimeZoneInfo Tokyo = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    /// <summary>Clocks go forward on 8 March 2026 at 2:00 and back on 1 November 2026 at 2:00.</summary>
    public static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <summary>A Monday.</summary>
    public static readonly DateOnly Monday = new(2026, 11, 23);

    public static Practitioner Doctor { get; } = Practitioner.Register(
        Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "青木 健", "アオキ ケン", Guid.NewGuid(), new Institution("青木医院", "1311111111"), "910011");

    public static ServiceSettings Service(int minutes = 15, string code = "followUp") => new()
    {
        Code = code,
        Label = new LocalizedText { Ja = "再診", En = "Follow-up" },
        Minutes = minutes,
        Questionnaire = new QuestionnaireSettings { Version = "1", Questions = [] },
    };

    public static Availability Weekly(
        DayOfWeek day, string from, string until, int buffer = 5, int lead = 0, int? most = null, string? room = null, DateOnly? validFrom = null, DateOnly? validUntil = null,
        params string[] services) => Availability.Weekly(
            Doctor, Guid.NewGuid(), day, TimeOnly.ParseExact(from, "HH:mm"), TimeOnly.ParseExact(until, "HH:mm"), validFrom ?? new DateOnly(2026, 1, 1), validUntil, services, buffer, lead, most,
            room);

    public static AvailabilityException Closed(DateOnly day, string? from = null, string? until = null) =>
        AvailabilityException.Closed(Doctor, Guid.NewGuid(), day, from is null ? null : TimeOnly.ParseExact(from, "HH:mm"), until is null ? null : TimeOnly.ParseExact(until, "HH:mm"));

    public static AvailabilityException Open(DateOnly day, string from, string until) =>
        AvailabilityException.Open(Doctor, Guid.NewGuid(), day, TimeOnly.ParseExact(from, "HH:mm"), TimeOnly.ParseExact(until, "HH:mm"), []);

    public static DateTimeOffset At(DateOnly day, string time, TimeZoneInfo? zone = null) => WallClock.At(day, TimeOnly.ParseExact(time, "HH:mm"), zone ?? Tokyo);

    public static SlotQuestion Ask(
        IReadOnlyCollection<Availability> weekly, IReadOnlyCollection<AvailabilityException>? exceptions = null, IEnumerable<TakenTime>? taken = null, DateTimeOffset? now = null,
        int minutes = 15, TimeZoneInfo? zone = null, DateOnly? from = null, DateOnly? until = null, ILookup<string, TakenTime>? rooms = null, string service = "followUp")
    {
        var times = (taken ?? []).ToList();
        return new SlotQuestion(
            Doctor.Id, Service(minutes, service), OpenHours.Of(weekly, exceptions ?? [], from ?? Monday, until ?? from ?? Monday, zone ?? Tokyo), times, [.. times.Select(t => t.From)],
            rooms ?? Enumerable.Empty<TakenTime>().ToLookup(_ => ""), until ?? from ?? Monday, zone ?? Tokyo, now ?? At((from ?? Monday).AddDays(-1), "12:00", zone));
    }

    /// <summary>When the free times begin, on the clock of the wall.</summary>
    public static IEnumerable<string> Times(SlotQuestion question) => FreeSlots.Of(question).Select(slot => JapaneseDates.Time(slot.StartsAt, question.Zone));
}
