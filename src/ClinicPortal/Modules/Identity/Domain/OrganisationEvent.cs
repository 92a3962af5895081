using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>What happened to the rights of an organisation's people and machines.</summary>
public enum OrganisationEventKind
{
    Invited,
    InvitedAgain,
    InvitationRevoked,
    Joined,
    RoleChanged,
    EndChanged,
    AdministratorGranted,
    AdministratorWithdrawn,
    Removed,
    KeyCreated,
    KeyRevoked,
    ClientTrusted,
    ClientRevoked,
    AccountDisabled,
    AccountEnabled,
}

/// <summary>One line of the history of an organisation's rights: who changed whose. Never changed itself.</summary>
public sealed class OrganisationEvent
{
    private OrganisationEvent()
    {
    }

    internal OrganisationEvent(
        Organisation organisation, CurrentUser by, OrganisationEventKind kind, Guid subjectId, string subject, string? detail, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        OrganisationKind = organisation.Kind;
        OrganisationId = organisation.Id;
        At = now;
        ById = by.Id;
        ByName = by.Name;
        Kind = kind;
        SubjectId = subjectId;
        Subject = subject;
        Detail = detail;
    }

    public Guid Id { get; private set; }

    public OrganisationKind OrganisationKind { get; private set; }

    public Guid OrganisationId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";

    public OrganisationEventKind Kind { get; private set; }

    /// <summary>Of the membership, invitation or key.</summary>
    public Guid SubjectId { get; private set; }

    /// <summary>Its name or address as it was then.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>What it became: a role, a day.</summary>
    public string? Detail { get; private set; }
}
