using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>The kind of way that was found (RTCIceCandidateType).</summary>
public enum CandidateKind
{
    Host,
    ServerReflexive,
    PeerReflexive,
    Relay,
}

public enum TransportKind
{
    Udp,
    Tcp,
}

/// <summary>What a browser measured of a call so far (getStats).</summary>
/// <param name="FirstFrameMs">From being admitted until the first picture of somebody else.</param>
/// <param name="RoundTripMs">To the other side and back, the last one measured.</param>
/// <param name="LossPermille">Of the packets that should have come.</param>
/// <param name="Reconnects">How often the way broke and was found again.</param>
public sealed record CallFigures(int? FirstFrameMs, int? RoundTripMs, int? LossPermille, CandidateKind? Candidate, TransportKind? Protocol, int Reconnects)
{
    /// <summary>A browser can be made to say anything.</summary>
    public bool IsValid =>
        FirstFrameMs is null or (>= 0 and <= 600_000) && RoundTripMs is null or (>= 0 and <= 60_000) && LossPermille is null or (>= 0 and <= 1000)
        && (Candidate is not { } candidate || Enum.IsDefined(candidate)) && (Protocol is not { } protocol || Enum.IsDefined(protocol)) && Reconnects is >= 0 and <= 10_000;
}

/// <summary>How one participant's call went. No content and no names: support reads it.</summary>
public sealed class CallStatistics : ITenantOwned
{
    private CallStatistics()
    {
    }

    public Guid TenantId { get; private set; }

    /// <summary>The participant's connection.</summary>
    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public Guid ParticipantId { get; private set; }

    public DateTimeOffset BeganAt { get; private set; }

    public DateTimeOffset ReportedAt { get; private set; }

    public int? FirstFrameMs { get; private set; }

    public int? RoundTripMs { get; private set; }

    public int? LossPermille { get; private set; }

    public CandidateKind? Candidate { get; private set; }

    public TransportKind? Protocol { get; private set; }

    public int Reconnects { get; private set; }

    public static CallStatistics Begin(Guid tenantId, Guid appointmentId, Guid participantId, Guid connectionId, DateTimeOffset now) =>
        new() { TenantId = tenantId, Id = connectionId, AppointmentId = appointmentId, ParticipantId = participantId, BeganAt = now, ReportedAt = now };

    public void Report(CallFigures figures, DateTimeOffset now)
    {
        ReportedAt = now;
        FirstFrameMs ??= figures.FirstFrameMs;
        (RoundTripMs, LossPermille) = (figures.RoundTripMs ?? RoundTripMs, figures.LossPermille ?? LossPermille);
        (Candidate, Protocol) = (figures.Candidate ?? Candidate, figures.Protocol ?? Protocol);
        Reconnects = figures.Reconnects;
    }
}
