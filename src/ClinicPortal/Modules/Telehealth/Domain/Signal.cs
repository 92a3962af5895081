using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>A signalling message on its way to a participant whom another node serves.</summary>
public sealed class Signal : ISealedRow
{
    private static long turns;

    private Signal()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public Guid RecipientId { get; private set; }

    /// <summary>The order in which its sender's node sent it: time does not tell two of one moment apart.</summary>
    public long Turn { get; private set; }

    public DateTimeOffset SentAt { get; private set; }

    public Sealed<SentSignal> SealedMessage { get; private set; } = null!;

    public static Signal To(Guid tenantId, Guid appointmentId, Guid recipient, SentSignal message, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        AppointmentId = appointmentId,
        RecipientId = recipient,
        Turn = Interlocked.Increment(ref turns),
        SentAt = now,
        SealedMessage = message,
    };
}

/// <param name="From">The participant who sends it.</param>
public sealed record SentSignal(Guid From, SignalMessage Message);

/// <summary>What browsers tell each other to find a way between them, as WebRTC names it.</summary>
/// <param name="Kind"><c>hello</c>, <c>offer</c>, <c>answer</c>, <c>candidate</c> or <c>bye</c>.</param>
/// <param name="Page">The end of the way that sends it; of a <c>hello</c> the page, which has none yet.</param>
/// <param name="For">The end that it is meant for; null where that is not known yet.</param>
/// <param name="Body">The description or candidate, as JSON.</param>
public sealed record SignalMessage(string Kind, string Page, string? For, string? Body)
{
    /// <summary>A description with four parties' worth of candidates stays far below.</summary>
    public const int MaxBody = 48_000;

    private const int MaxEnd = 60;

    private static readonly string[] Kinds = ["hello", "offer", "answer", "candidate", "bye"];

    public bool IsValid =>
        Kinds.Contains(Kind) && Page is { Length: > 0 and <= MaxEnd } && For is null or { Length: <= MaxEnd } && Body is null or { Length: <= MaxBody }
        && (Kind is "hello" or "bye") == Body is null;
}
