using System.Security.Claims;

namespace ClinicPortal.Shared.Access;

/// <summary>What an organisation is to the portal.</summary>
public enum OrganisationKind
{
    /// <summary>The association's secretariat (事務局).</summary>
    Association,
    MemberClinic,
    CareFacility,

    /// <summary>The night desk with its operators, doctors and drivers; it may serve several associations.</summary>
    Desk,
    Platform,
}

/// <summary>Who acts in this request or job: a person in one membership, or a machine with an API key.</summary>
/// <param name="Id">Account id, or the id of the API key's account.</param>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="SessionId">The signed-in session, or the API key, that the request came with.</param>
/// <param name="TenantId">The association of the membership; none for desk and platform.</param>
public sealed record CurrentUser(
    Guid Id, string Name, string Role, OrganisationKind OrganisationKind, Guid? OrganisationId, Guid? SessionId, Guid? TenantId)
{
    /// <summary>The portal itself: jobs and event handlers.</summary>
    public static CurrentUser Portal { get; } = new(Guid.Empty, "ClinicPortal", Roles.Portal, OrganisationKind.Platform, null, null, null);

    /// <summary>May manage the organisation's people, keys and agreements; says nothing about patients, which follow from the role.</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>As the organisation is called now, for the access log.</summary>
    public string? OrganisationName { get; init; }

    /// <summary>A machine's key that may only read: whatever it sends by another method than GET is refused.</summary>
    public bool IsReadOnly { get; init; }

    public bool Is(params ReadOnlySpan<string> roles) => roles.Contains(Role);

    internal ClaimsPrincipal ToPrincipal(string scheme) =>
        new(new CurrentUserIdentity(this, scheme));

    internal static CurrentUser? From(ClaimsPrincipal principal) => (principal.Identity as CurrentUserIdentity)?.User;

    private sealed class CurrentUserIdentity(CurrentUser user, string scheme) : ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, user.Id.ToString()),
            new Claim(ClaimTypes.Name, user.Name),
            new Claim(ClaimTypes.Role, user.Role),
            .. user.IsAdministrator ? [new Claim(AccessPolicies.Administrator, "true")] : Array.Empty<Claim>(),
        ], scheme)
    {
        public CurrentUser User => user;
    }
}

/// <summary>Roles of a membership, as stored and as the API shows them.</summary>
public static class Roles
{
    public const string Secretariat = "secretariat";
    public const string ClinicDoctor = "clinic-doctor";
    public const string ClinicStaff = "clinic-staff";
    public const string DeskOperator = "desk-operator";
    public const string NightDoctor = "night-doctor";
    public const string Driver = "driver";
    public const string FacilityStaff = "facility-staff";
    public const string PlatformOperator = "platform-operator";

    /// <summary>Not a membership: the portal's own jobs.</summary>
    public const string Portal = "portal";

    /// <summary>Not a membership: a patient, relative or guest who came by a link.</summary>
    public const string Visitor = "visitor";

    public static IReadOnlyList<string> All { get; } =
        [Secretariat, ClinicDoctor, ClinicStaff, DeskOperator, NightDoctor, Driver, FacilityStaff, PlatformOperator];
}
