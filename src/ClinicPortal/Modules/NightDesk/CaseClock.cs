using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>What a case waits for now.</summary>
public enum WaitsFor
{
    Level,
    Decision,
    Door,
    Visit,
    Report,
    Nothing,
}

/// <summary>The times of a case from which its running clock follows.</summary>
/// <param name="Night">The date the night began.</param>
/// <param name="ArrivedAt">When the unit was at the door.</param>
/// <param name="CompletedAt">When the visit was over.</param>
public readonly record struct CaseTimes(
    CaseStatus Status, TriageLevel? Level, bool ExpectedDeath, DateOnly Night, DateTimeOffset ReceivedAt, DateTimeOffset? DecidedAt,
    DateTimeOffset? ArrivedAt, DateTimeOffset? CompletedAt);

/// <summary>The one clock of an open case: what it waits for, since when, and when the association's target is near and missed.</summary>
public readonly record struct CaseClock(WaitsFor WaitsFor, DateTimeOffset From, TimeSpan? Amber, TimeSpan? Red)
{
    /// <summary>The share of a target that may pass before it is said to be near.</summary>
    private const double Near = 0.75;

    public static CaseClock Of(CaseTimes times, TenantInfo tenant)
    {
        var targets = tenant.Settings.Targets;
        return times.Status switch
        {
            CaseStatus.Received => Towards(WaitsFor.Level, times.ReceivedAt, TimeSpan.FromSeconds(targets.LevelSeconds)),
            CaseStatus.Triaged => Towards(WaitsFor.Decision, times.ReceivedAt, TimeSpan.FromSeconds(targets.DecisionSeconds)),
            CaseStatus.DispatchRequested or CaseStatus.Accepted or CaseStatus.EnRoute =>
                Towards(WaitsFor.Door, times.DecidedAt ?? times.ReceivedAt, Door(times, targets.DoorMinutes)),
            CaseStatus.VideoVisit => Towards(WaitsFor.Visit, times.DecidedAt ?? times.ReceivedAt, null),
            CaseStatus.OnSite => Towards(WaitsFor.Visit, times.ArrivedAt ?? times.ReceivedAt, null),
            CaseStatus.ReportDue => Report(times.CompletedAt ?? times.ReceivedAt, times.Night, targets.ReportBy, tenant.Zone),
            _ => Towards(WaitsFor.Nothing, times.ReceivedAt, null),
        };
    }

    private static CaseClock Towards(WaitsFor what, DateTimeOffset from, TimeSpan? target) => new(what, from, target * Near, target);

    /// <summary>Green and white need no visit by a minute; whoever is red and is visited all the same is at least as urgent as orange.</summary>
    private static TimeSpan? Door(CaseTimes times, DoorMinutes minutes) => times switch
    {
        { ExpectedDeath: true } => TimeSpan.FromMinutes(minutes.ExpectedDeath),
        { Level: TriageLevel.Red or TriageLevel.Orange } => TimeSpan.FromMinutes(minutes.Orange),
        { Level: TriageLevel.Yellow } => TimeSpan.FromMinutes(minutes.Yellow),
        _ => null,
    };

    /// <summary>Due on the morning after the night; near from an hour before. A visit by day after that hour is due at once.</summary>
    private static CaseClock Report(DateTimeOffset from, DateOnly night, TimeOnly by, TimeZoneInfo zone)
    {
        var due = WallClock.At(night.AddDays(1), by, zone) - from;
        return new CaseClock(WaitsFor.Report, from, Positive(due - TimeSpan.FromHours(1)), Positive(due));
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
