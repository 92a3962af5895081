using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>
/// Lets a machine act for one organisation in one role. A key of a person acts as that person and works only while the person
/// is a member there; any other key acts under a name of its own.
/// </summary>
public sealed class ApiKey
{
    private const string Mark = "cpk_";
    private const int PrefixLength = 12;

    private ApiKey()
    {
    }

    public ApiKey(
        Guid id, byte[] sha256, Guid? accountId, string displayName, Guid? tenantId, OrganisationKind organisationKind, Guid organisationId, string role,
        DateTimeOffset now, DateTimeOffset? expiresAt)
    {
        Id = id;
        Sha256 = sha256;
        AccountId = accountId;
        DisplayName = displayName;
        TenantId = tenantId;
        OrganisationKind = organisationKind;
        OrganisationId = organisationId;
        Role = role;
        CreatedAt = now;
        ExpiresAt = expiresAt;
    }

    public Guid Id { get; private set; }

    public byte[] Sha256 { get; private set; } = [];

    public Guid? AccountId { get; private set; }

    public string DisplayName { get; private set; } = "";

    public Guid? TenantId { get; private set; }

    public OrganisationKind OrganisationKind { get; private set; }

    public Guid OrganisationId { get; private set; }

    public string Role { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>How the key begins, by which people recognise it.</summary>
    public string? Prefix { get; private set; }

    /// <summary>Whatever it would change is refused.</summary>
    public bool IsReadOnly { get; private set; }

    public string? CreatedByName { get; private set; }

    /// <summary>The mark at its beginning lets scanners of source code find a key that was left there.</summary>
    internal static string NewSecret() => Mark + Secret.New();

    internal static ApiKey OfOrganisation(
        string secret, string name, Organisation organisation, string role, bool isReadOnly, string createdByName, DateTimeOffset now, DateTimeOffset expiresAt) =>
        new(Guid.CreateVersion7(now), Secret.Sha256(secret), null, name, organisation.TenantId, organisation.Kind, organisation.Id, role, now, expiresAt)
        {
            Prefix = secret[..PrefixLength],
            IsReadOnly = isReadOnly,
            CreatedByName = createdByName,
        };

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    public CurrentUser ToUser(string? accountName) => new(
        AccountId ?? Id, accountName ?? DisplayName, Role, OrganisationKind, OrganisationId, Id, TenantId) { IsReadOnly = IsReadOnly };

    public bool Covers(Membership membership) =>
        membership.AccountId == AccountId && membership.TenantId == TenantId && membership.OrganisationKind == OrganisationKind
        && membership.OrganisationId == OrganisationId && membership.Role == Role;
}
