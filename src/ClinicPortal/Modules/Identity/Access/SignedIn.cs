using System.Security.Claims;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>A live session of a browser, as its request finds it.</summary>
/// <param name="ProvedAt">When the person last proved who they are; known on the sign-in host.</param>
/// <param name="ActiveAt">When the person last did something, to the minute.</param>
/// <param name="IsLocked">It opens nothing until the person proves again who they are.</param>
/// <param name="User">Null on the sign-in host: a person without a membership is nobody's member and has no scope.</param>
/// <param name="OnlyTenantId">See <see cref="Domain.Session.OnlyTenantId"/>; of the sign-in host's session only.</param>
internal sealed record SignedIn(
    Guid AccountId, string Name, Guid SessionId, Guid SignInId, string Host, DateTimeOffset? ProvedAt, DateTimeOffset? ActiveAt, bool IsLocked, CurrentUser? User,
    Guid? OnlyTenantId)
{
    /// <summary>Under which the session acts; none on the sign-in host.</summary>
    public Guid? MembershipId { get; init; }

    /// <summary>See <see cref="Domain.Session.AwakeUntil"/>.</summary>
    public DateTimeOffset? AwakeUntil { get; init; }

    public ClaimsPrincipal ToPrincipal(string scheme) => User?.ToPrincipal(scheme) ?? new ClaimsPrincipal(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, AccountId.ToString()), new Claim(ClaimTypes.Name, Name)], scheme));
}
