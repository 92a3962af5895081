using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>A place in an organisation held open for whoever owns an address, for a few days and once.</summary>
public sealed class Invitation
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Who did not answer so many mails is not written to again.</summary>
    public const int MostSendings = 10;

    private Invitation()
    {
    }

    internal Invitation(
        string email, Organisation organisation, string organisationName, string role, bool isAdministrator, CurrentUser by, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        Email = email;
        NormalizedEmail = email.ToUpperInvariant();
        TenantId = organisation.TenantId;
        OrganisationKind = organisation.Kind;
        OrganisationId = organisation.Id;
        OrganisationName = organisationName;
        Role = role;
        IsAdministrator = isAdministrator;
        InvitedBy = by.Id;
        InvitedByName = by.Name;
        CreatedAt = now;
        ExpiresAt = now + Lifetime;
        Sending = 1;
    }

    public Guid Id { get; private set; }

    public string Email { get; private set; } = "";

    public string NormalizedEmail { get; private set; } = "";

    public Guid? TenantId { get; private set; }

    public OrganisationKind OrganisationKind { get; private set; }

    public Guid OrganisationId { get; private set; }

    public string OrganisationName { get; private set; } = "";

    public string Role { get; private set; } = "";

    public bool IsAdministrator { get; private set; }

    public Guid InvitedBy { get; private set; }

    public string InvitedByName { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Number of the mail whose link works.</summary>
    public int Sending { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public DateTimeOffset? AcceptedAt { get; private set; }

    internal Organisation Organisation => new(OrganisationKind, OrganisationId, TenantId);

    public bool IsOpenAt(DateTimeOffset now) => IsOpen && now < ExpiresAt;

    /// <summary>Neither accepted nor revoked; it may have expired, and can be sent again then.</summary>
    public bool IsOpen => RevokedAt is null && AcceptedAt is null;

    public void SendAgain(DateTimeOffset now)
    {
        Sending++;
        ExpiresAt = now + Lifetime;
    }

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;
}
