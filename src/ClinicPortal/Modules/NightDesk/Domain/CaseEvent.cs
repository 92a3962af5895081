using System.Text.Json;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.NightDesk.Domain;

/// <summary>One line of a case's timeline: never changed, never removed.</summary>
public sealed class CaseEvent : ISealedRow
{
    private CaseEvent()
    {
    }

    /// <param name="place">Among the lines of the same instant: their ids keep the order in which one command wrote them.</param>
    internal CaseEvent(Case subject, CaseEventKind kind, CurrentUser actor, DateTimeOffset now, int place, object? details)
    {
        TenantId = subject.TenantId;
        Id = Guid.CreateVersion7(now.AddMilliseconds(place));
        CaseId = subject.Id;
        At = now;
        Kind = kind;
        ActorId = actor.Id;
        ActorName = actor.Name;
        ActorRole = actor.Role;
        SealedDetails = details is null ? "{}" : JsonSerializer.Serialize(details, JsonSerializerOptions.Web);
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid CaseId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public CaseEventKind Kind { get; private set; }

    public Guid ActorId { get; private set; }

    public string ActorName { get; private set; } = "";

    public string ActorRole { get; private set; } = "";

    public Sealed<string> SealedDetails { get; private set; } = null!;

    /// <summary>JSON: what the kind needs to be told, such as level and reason.</summary>
    public string Details => SealedDetails.Value;

    /// <summary>Name of the unit that the line is about; null when it is about none.</summary>
    public string? Unit
    {
        get
        {
            using var details = JsonDocument.Parse(Details);
            return details.RootElement.TryGetProperty("unit", out var unit) ? unit.GetString() : null;
        }
    }
}
