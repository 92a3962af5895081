using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>Time that is spoken for.</summary>
/// <param name="Until">With the buffer after it.</param>
public readonly record struct TakenTime(DateTimeOffset From, DateTimeOffset Until);

/// <summary>What the free times of one doctor follow from.</summary>
/// <param name="Doctors">The doctor's time that is taken, in whatever association.</param>
/// <param name="OwnStarts">When this doctor's appointments in this association begin: the limit per day counts these.</param>
/// <param name="Rooms">Taken time by room.</param>
/// <param name="Until">The last day that may be booked.</param>
/// <param name="IgnoreLead">The people are on the phone with each other: nothing has to be prepared.</param>
public sealed record SlotQuestion(
    Guid PractitionerId, ServiceSettings Service, IReadOnlyCollection<OpenHours> Open, IReadOnlyCollection<TakenTime> Doctors, IReadOnlyCollection<DateTimeOffset> OwnStarts,
    ILookup<string, TakenTime> Rooms, DateOnly Until, TimeZoneInfo Zone, DateTimeOffset Now, bool IgnoreLead = false);

/// <summary>予約枠: the times that can be booked. A pure function of hours, exceptions and what is taken.</summary>
public static class FreeSlots
{
    /// <summary>Appointments begin at whole multiples of this after their session began.</summary>
    public const int GridMinutes = 5;

    /// <summary>The times to choose from, one after the other without gaps: each with its length and the buffer after it.</summary>
    public static IReadOnlyList<Slot> Of(SlotQuestion question)
    {
        var found = new List<Slot>();
        foreach (var hours in question.Open.Where(hours => hours.Offers(question.Service.Code)))
        {
            for (var at = hours.From; at + Length(question) <= hours.Until;)
            {
                var slot = At(question, hours, at);
                if (Blocker(question, hours, slot) is { } taken)
                {
                    at = OnGrid(hours, taken.Until);
                    continue;
                }
                if (MayBe(question, hours, slot))
                {
                    found.Add(slot);
                }
                at = OnGrid(hours, slot.BusyUntil);
            }
        }
        return [.. found.OrderBy(slot => slot.StartsAt).DistinctBy(slot => slot.StartsAt)];
    }

    /// <summary>The slot at exactly that moment, whether or not it stands on the list; null when the time is not open or not free.</summary>
    public static Slot? Fit(SlotQuestion question, DateTimeOffset startsAt) => (
        from hours in question.Open
        where hours.Offers(question.Service.Code) && startsAt >= hours.From && startsAt + Length(question) <= hours.Until && OnGrid(hours, startsAt) == startsAt
        let slot = At(question, hours, startsAt)
        where Blocker(question, hours, slot) is null && MayBe(question, hours, slot)
        select slot).FirstOrDefault();

    private static TimeSpan Length(SlotQuestion question) => TimeSpan.FromMinutes(question.Service.Minutes);

    private static Slot At(SlotQuestion question, OpenHours hours, DateTimeOffset at) => new(
        question.PractitionerId, question.Service.Code, at, at + Length(question), at + Length(question) + TimeSpan.FromMinutes(hours.BufferMinutes), hours.Room);

    private static TakenTime? Blocker(SlotQuestion question, OpenHours hours, Slot slot)
    {
        foreach (var taken in hours.Room is { } room ? question.Doctors.Concat(question.Rooms[room]) : question.Doctors)
        {
            if (slot.StartsAt < taken.Until && taken.From < slot.BusyUntil)
            {
                return taken;
            }
        }
        return null;
    }

    private static bool MayBe(SlotQuestion question, OpenHours hours, Slot slot)
    {
        var day = WallClock.Of(slot.StartsAt, question.Zone).Date;
        return slot.StartsAt >= question.Now + (question.IgnoreLead ? TimeSpan.Zero : TimeSpan.FromMinutes(hours.LeadMinutes))
            && day <= question.Until
            && (hours.MostPerDay is not { } most || question.OwnStarts.Count(start => WallClock.Of(start, question.Zone).Date == day) < most);
    }

    /// <summary>That moment or the next one on the session's grid.</summary>
    private static DateTimeOffset OnGrid(OpenHours hours, DateTimeOffset at)
    {
        var grid = TimeSpan.FromMinutes(GridMinutes).Ticks;
        var ticks = Math.Max(0, (at - hours.From).Ticks);
        return hours.From.AddTicks((ticks + grid - 1) / grid * grid);
    }
}
