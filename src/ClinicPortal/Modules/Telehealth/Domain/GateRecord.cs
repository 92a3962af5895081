using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>That a gate was met or bypassed: by whom, upon which text, with what evidence. Never changed; the last record of a gate counts.</summary>
public sealed class GateRecord : ISealedRow
{
    private GateRecord()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public Gate Gate { get; private set; }

    public GateOutcome Outcome { get; private set; }

    /// <summary>Version of the text that was agreed to or answered.</summary>
    public string? TextVersion { get; private set; }

    public DateTimeOffset At { get; private set; }

    public Guid ActorId { get; private set; }

    public string ActorName { get; private set; } = "";

    public string ActorRole { get; private set; } = "";

    /// <summary>What shows that it was met, as JSON, or why it was bypassed.</summary>
    public Sealed<string> SealedEvidence { get; private set; } = null!;

    public static GateRecord Of(Appointment of, Gate gate, GateOutcome outcome, string? textVersion, string evidence, CurrentUser actor, DateTimeOffset now) => new()
    {
        TenantId = of.TenantId,
        Id = Guid.CreateVersion7(now),
        AppointmentId = of.Id,
        Gate = gate,
        Outcome = outcome,
        TextVersion = textVersion,
        At = now,
        ActorId = actor.Id,
        ActorName = actor.Name,
        ActorRole = actor.Role,
        SealedEvidence = evidence,
    };
}
