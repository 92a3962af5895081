using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>What an account may do: one role in one organisation, from a moment until a moment.</summary>
public sealed class Membership
{
    private Membership()
    {
    }

    /// <param name="tenantId">The association; none for members of a desk or of the platform, who work on the desk's host.</param>
    /// <param name="organisationId">Of the clinic, facility, association or desk; for the platform, of the desk on whose host it works.</param>
    /// <param name="organisationName">As it is called now, so that the list of places needs no other module.</param>
    public Membership(
        Guid id, Guid accountId, Guid? tenantId, OrganisationKind organisationKind, Guid organisationId, string organisationName, string role,
        DateTimeOffset validFrom, DateTimeOffset? validUntil = null, bool isAdministrator = false)
    {
        Id = id;
        AccountId = accountId;
        TenantId = tenantId;
        OrganisationKind = organisationKind;
        OrganisationId = organisationId;
        OrganisationName = organisationName;
        Role = role;
        ValidFrom = validFrom;
        ValidUntil = validUntil;
        IsAdministrator = isAdministrator;
    }

    public Guid Id { get; private set; }

    public Guid AccountId { get; private set; }

    public Guid? TenantId { get; private set; }

    public OrganisationKind OrganisationKind { get; private set; }

    public Guid OrganisationId { get; private set; }

    public string OrganisationName { get; private set; } = "";

    /// <summary>One of <see cref="Roles"/>.</summary>
    public string Role { get; private set; } = "";

    public DateTimeOffset ValidFrom { get; private set; }

    /// <summary>The first moment at which it is over; null while no end is known.</summary>
    public DateTimeOffset? ValidUntil { get; private set; }

    /// <summary>May manage the organisation's people, keys and agreements, besides what the role allows.</summary>
    public bool IsAdministrator { get; private set; }

    /// <summary>Changes with every change of the row.</summary>
    public uint Version { get; private set; }

    public bool IsOverAt(DateTimeOffset now) => ValidUntil is { } until && until <= now;

    public void ChangeRole(string role) => Role = role;

    public void EndAt(DateTimeOffset? until) => ValidUntil = until;

    public void Administer(bool may) => IsAdministrator = may;

    public bool IsActiveAt(DateTimeOffset now) => ValidFrom <= now && (ValidUntil is not { } until || now < until);
}
