using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>One line of an appointment's history: never changed, never removed.</summary>
public sealed class AppointmentEvent : ISealedRow
{
    private AppointmentEvent()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid AppointmentId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public AppointmentEventKind Kind { get; private set; }

    public Guid ActorId { get; private set; }

    public string ActorName { get; private set; } = "";

    public string ActorRole { get; private set; } = "";

    /// <summary>In words, such as the reason; null where the kind says all.</summary>
    public Sealed<string>? SealedDetails { get; private set; }

    public static AppointmentEvent Of(Appointment subject, AppointmentEventKind kind, CurrentUser actor, DateTimeOffset now, string? details = null) => new()
    {
        TenantId = subject.TenantId,
        Id = Guid.CreateVersion7(now),
        AppointmentId = subject.Id,
        At = now,
        Kind = kind,
        ActorId = actor.Id,
        ActorName = actor.Name,
        ActorRole = actor.Role,
        SealedDetails = details is null ? null : (Sealed<string>)details,
    };
}
