using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>
/// Lets a machine act for one organisation in one role. A key of a person acts as that person and works only while the person
/// is a member there; any other key acts under a name of its own.
/// </summary>
public sealed class ApiKey
{
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

    public CurrentUser ToUser(string? accountName) => new(
        AccountId ?? Id, accountName ?? DisplayName, Role, OrganisationKind, OrganisationId, Id, TenantId);

    public bool Covers(Membership membership) =>
        membership.AccountId == AccountId && membership.TenantId == TenantId && membership.OrganisationKind == OrganisationKind
        && membership.OrganisationId == OrganisationId && membership.Role == Role;
}
