using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Invitations;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace ClinicPortal.Modules.Identity.HandOver;

/// <summary>
/// What the sign-in host was asked for by another host, through the browser: to send it back there, signed in. Whatever is
/// not understood is left out.
/// </summary>
/// <param name="Host">Who asks; null when somebody came to the sign-in host by themselves.</param>
/// <param name="Challenge">SHA-256 of the verifier that the asking host put into this browser.</param>
/// <param name="Return">Path on the asking host, which checks it.</param>
/// <param name="MembershipId">Which of several memberships there was chosen.</param>
/// <param name="Invitation">Code of the invitation that somebody signs in to accept.</param>
public sealed record HandoverRequest(PortalHost? Host, string? Challenge, string? Return, Guid? MembershipId, string? Invitation = null)
{
    public const string InvitationField = "invitation";

    public const string To = "to";
    public const string ChallengeField = "challenge";
    public const string ReturnField = "return";
    public const string MembershipField = "membership";

    public static HandoverRequest Read(IEnumerable<KeyValuePair<string, StringValues>> fields, ITenantResolver tenants)
    {
        var values = fields.ToDictionary(f => f.Key, f => f.Value.ToString());
        var to = values.GetValueOrDefault(To);
        var host = to is null ? null
            : tenants.ByIdentifier(to) is { } tenant ? new PortalHost(tenant, null)
            : tenants.Desks.FirstOrDefault(d => d.Identifier == to) is { } desk ? new PortalHost(null, desk)
            : null;
        return new HandoverRequest(
            host,
            values.GetValueOrDefault(ChallengeField) is { } challenge && Secret.IsChallenge(challenge) ? challenge : null,
            values.GetValueOrDefault(ReturnField) is { Length: > 0 } path ? path : null,
            Guid.TryParse(values.GetValueOrDefault(MembershipField), out var membership) ? membership : null,
            values.GetValueOrDefault(InvitationField) is { Length: > 0 } code && InvitationLinks.IsCode(code) ? code : null);
    }

    public IEnumerable<KeyValuePair<string, string>> Fields()
    {
        if (Host is not null)
        {
            yield return new(To, Host.Identifier);
        }
        if (Challenge is not null)
        {
            yield return new(ChallengeField, Challenge);
        }
        if (Return is not null)
        {
            yield return new(ReturnField, Return);
        }
        if (MembershipId is { } membership)
        {
            yield return new(MembershipField, membership.ToString());
        }
        if (Invitation is not null)
        {
            yield return new(InvitationField, Invitation);
        }
    }

    public string At(string path) => path + new QueryBuilder(Fields());
}
