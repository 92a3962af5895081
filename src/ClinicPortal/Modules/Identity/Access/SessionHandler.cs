using System.Text.Encodings.Web;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>People: the session cookie of the host. A page that needs somebody leads to the sign-in; anything else is refused.</summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Cookies[SessionCookie.Name] is not { Length: > 0 } token
            || await sessions.FindAsync(token, Context.PortalHost().Identifier, Context.RequestAborted) is not { } signedIn)
        {
            return AuthenticateResult.NoResult();
        }
        if (signedIn.IsLocked)
        {
            Context.Features.Set(new LockedSession(signedIn));
            return AuthenticateResult.NoResult();
        }
        Context.Features.Set(signedIn);
        if (IsByHand)
        {
            await sessions.NoteActiveAsync(signedIn, Context.RequestAborted);
        }
        return AuthenticateResult.Success(new AuthenticationTicket(signedIn.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    /// <summary>A page and a form are, a frame that is read anew and a connection that is opened again are not.</summary>
    private bool IsByHand => !Request.Headers.ContainsKey("Turbo-Frame") && Context.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is null;

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var isLocked = Context.Features.Get<LockedSession>() is not null;
        // A frame would show the sign-in page inside itself, and a form's answer must not send it to another host.
        if (!HttpMethods.IsGet(Request.Method) || Request.Headers.ContainsKey("Turbo-Frame"))
        {
            Response.StatusCode = isLocked ? StatusCodes.Status423Locked : StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }
        Response.Redirect(isLocked ? LockedSession.At(Request.Path + Request.QueryString)
            : Context.PortalHost().IsSignIn ? "/sign-in"
            : $"/session/begin?return={Uri.EscapeDataString(Request.Path + Request.QueryString)}");
        return Task.CompletedTask;
    }
}
