using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.Invitations;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>Sends a browser to its association's provider (authorization code with PKCE).</summary>
internal sealed class BeginOutsideSignIn(
    OutsideSignInSteps steps, KnownIssuers issuers, IssuerReader reader, HostAddresses addresses, IHttpContextAccessor http, TimeProvider clock)
{
    private HttpContext Context => http.HttpContext!;

    /// <returns>The provider's address, with the question.</returns>
    public async Task<Result<string>> HandleAsync(TenantInfo tenant, HandoverRequest asked, CancellationToken cancellationToken)
    {
        var provider = await steps.RunAsync(
            [tenant.Id], db => db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.IsOffered, cancellationToken), cancellationToken);
        if (provider is null)
        {
            return Error.NotFound("not-found");
        }
        var metadata = await issuers.FindAsync(provider.Issuer, cancellationToken);
        if (!metadata.Succeeded || !reader.IsAddress(metadata.Value.Configuration.AuthorizationEndpoint))
        {
            return new Error("outside.away");
        }
        var state = Secret.New();
        var browser = BrowserSecret.Of(Context) ?? Secret.New();
        var now = clock.GetUtcNow();
        await steps.RunAsync([tenant.Id], async db =>
        {
            await db.Requests.Where(r => r.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
            db.Requests.Add(new OutsideRequest(tenant.Id, Secret.Sha256(state), Secret.Sha256(browser), provider.Issuer, InvitationUnderway.Leave(Context, asked).At(""), now));
            return await db.SaveChangesAsync(cancellationToken);
        }, cancellationToken);
        SessionCookie.WriteOutside(Context.Response, browser, OutsideRequest.Lifetime);
        return QueryHelpers.AddQueryString(metadata.Value.Configuration.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = provider.ClientId,
            ["redirect_uri"] = addresses.OutsideCallback(tenant.Identifier, Context.Request),
            ["scope"] = provider.Domains.Length > 0 ? "openid email" : "openid",
            ["state"] = state,
            ["nonce"] = BrowserSecret.Nonce(browser, state),
            ["code_challenge"] = Secret.Challenge(BrowserSecret.Verifier(browser, state)),
            ["code_challenge_method"] = "S256",
        });
    }
}

/// <summary>
/// What ties a sign-in elsewhere to this browser: nonce and PKCE verifier follow from a secret in its cookie, and are stored nowhere. Two tabs
/// share the secret, so that neither spoils the other's sign-in.
/// </summary>
internal static class BrowserSecret
{
    public static string? Of(HttpContext context) => context.Request.Cookies[SessionCookie.OutsideName] is { } secret && Secret.IsChallenge(secret) ? secret : null;

    public static string Nonce(string secret, string state) => Secret.Challenge($"nonce {secret} {state}");

    public static string Verifier(string secret, string state) => Secret.Challenge($"verifier {secret} {state}");
}
