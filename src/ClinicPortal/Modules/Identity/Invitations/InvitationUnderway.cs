using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;

namespace ClinicPortal.Modules.Identity.Invitations;

/// <summary>
/// An invitation's code stays in the browser while that is away at a provider: what is stored of a sign-in under way names it by its hash, so
/// that nothing stored opens an invitation.
/// </summary>
internal static class InvitationUnderway
{
    public static HandoverRequest Leave(HttpContext context, HandoverRequest asked)
    {
        if (asked.Invitation is not { } code)
        {
            return asked;
        }
        SessionCookie.WriteInvitation(context.Response, code, OutsideRequest.Lifetime);
        return asked with { Invitation = Secret.Challenge(code) };
    }

    /// <param name="asked">As it was stored.</param>
    public static HandoverRequest Return(HttpContext context, HandoverRequest asked)
    {
        if (asked.Invitation is null)
        {
            return asked;
        }
        var code = context.Request.Cookies[SessionCookie.InvitationName];
        SessionCookie.Delete(context.Response, SessionCookie.InvitationName);
        return asked with { Invitation = code is not null && Secret.Challenge(code) == asked.Invitation ? code : null };
    }
}
