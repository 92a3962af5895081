using System.Text.Encodings.Web;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Authentication;
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
        Context.Features.Set(signedIn);
        return AuthenticateResult.Success(new AuthenticationTicket(signedIn.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A frame would show the sign-in page inside itself, and a form's answer must not send it to another host.
        if (!HttpMethods.IsGet(Request.Method) || Request.Headers.ContainsKey("Turbo-Frame"))
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }
        Response.Redirect(Context.PortalHost().IsSignIn
            ? "/sign-in"
            : $"/session/begin?return={Uri.EscapeDataString(Request.Path + Request.QueryString)}");
        return Task.CompletedTask;
    }
}
