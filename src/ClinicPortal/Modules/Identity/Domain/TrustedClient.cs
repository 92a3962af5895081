using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>
/// A machine whose tokens of an outside issuer are accepted in place of an API key: it acts for one organisation in one role, under a name
/// of its own. Nothing here is secret.
/// </summary>
public sealed class TrustedClient
{
    /// <summary>A token that its issuer cannot withdraw must not be good for longer.</summary>
    public static readonly TimeSpan LongestToken = TimeSpan.FromHours(1);

    private const string AudiencePrefix = "urn:uuid:";

    private TrustedClient()
    {
    }

    internal TrustedClient(
        Guid id, string displayName, string issuer, string clientId, string subject, Organisation organisation, string role, bool isReadOnly, CurrentUser by,
        DateTimeOffset now, DateTimeOffset expiresAt)
    {
        Id = id;
        DisplayName = displayName;
        Issuer = issuer;
        ClientId = clientId;
        Subject = subject;
        TenantId = organisation.TenantId;
        OrganisationKind = organisation.Kind;
        OrganisationId = organisation.Id;
        Role = role;
        IsReadOnly = isReadOnly;
        CreatedByName = by.Name;
        CreatedAt = now;
        ExpiresAt = expiresAt;
    }

    public Guid Id { get; private set; }

    public string DisplayName { get; private set; } = "";

    public string Issuer { get; private set; } = "";

    public string ClientId { get; private set; } = "";

    /// <summary>What the issuer calls the machine itself: a token that the client got for one of its users names the user, and is refused.</summary>
    public string Subject { get; private set; } = "";

    public Guid? TenantId { get; private set; }

    public OrganisationKind OrganisationKind { get; private set; }

    public Guid OrganisationId { get; private set; }

    public string Role { get; private set; } = "";

    public bool IsReadOnly { get; private set; }

    public string CreatedByName { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>
    /// What its tokens must name as their receiver. It is made here and of this entry alone, so that no organisation can have another's
    /// tokens accepted as its own, and no token for another service is good here.
    /// </summary>
    public string Audience => AudiencePrefix + Id;

    public static Guid? IdOf(string audience) =>
        audience.StartsWith(AudiencePrefix, StringComparison.Ordinal) && Guid.TryParseExact(audience[AudiencePrefix.Length..], "D", out var id) ? id : null;

    public bool IsActiveAt(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    public CurrentUser ToUser() => new(Id, DisplayName, Role, OrganisationKind, OrganisationId, Id, TenantId) { IsReadOnly = IsReadOnly };
}
