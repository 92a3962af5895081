using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using ClinicPortal.Shared.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>Machines: <c>Authorization: Bearer</c> with an API key, or with an access token of an outside issuer that somebody here trusts.</summary>
internal sealed class KeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys, MachineTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
        && Bearer.Equals(header.Scheme, StringComparison.OrdinalIgnoreCase)
        && header.Parameter is { Length: > 0 } key
        && await FindAsync(key) is { } user
            ? AuthenticateResult.Success(new AuthenticationTicket(user.ToPrincipal(Scheme.Name), Scheme.Name))
            : AuthenticateResult.NoResult();

    private Task<CurrentUser?> FindAsync(string bearer) =>
        MachineTokens.LooksLikeOne(bearer) ? tokens.FindAsync(bearer, Context.RequestAborted) : keys.FindAsync(bearer, Context.RequestAborted);

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Bearer;
        return Task.CompletedTask;
    }
}
