using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.HandOver;

/// <summary>The two ends of a hand-over on the host of an association or desk.</summary>
internal static class HandOverEndpoints
{
    /// <summary>How long somebody may look for their password.</summary>
    private static readonly TimeSpan VerifierLifetime = TimeSpan.FromMinutes(30);

    public static void MapHandOver(this IEndpointRouteBuilder app)
    {
        app.MapGet("/session/begin", Begin).OnPlaceHost().AllowAnonymous();
        app.MapGet("/session/complete", CompleteAsync).OnPlaceHost().AllowAnonymous();
    }

    /// <summary>Puts a secret into the browser and sends it to the sign-in host with the secret's hash.</summary>
    private static IResult Begin(HttpContext context, HostAddresses addresses, ITenantResolver tenants)
    {
        // A second tab that asks meanwhile shares the secret, so that neither spoils the other's sign-in.
        var verifier = context.Request.Cookies[SessionCookie.HandoverName] is { Length: > 0 } known ? known : Secret.New();
        SessionCookie.WriteHandover(context.Response, verifier, VerifierLifetime);
        var asked = HandoverRequest.Read(context.Request.Query, tenants);
        asked = asked with { Host = context.PortalHost(), Challenge = Secret.Challenge(verifier), Return = LocalPath.OrHome(asked.Return) };
        return Results.Redirect(addresses.Of("", context.Request) + asked.At("/sign-in"));
    }

    private static async Task<IResult> CompleteAsync(
        HttpContext context, HandOverSignIn handOver, PageRenderer pages, string? code, string? @return, CancellationToken cancellationToken)
    {
        var token = code is not null && context.Request.Cookies[SessionCookie.HandoverName] is { Length: > 0 } verifier
            ? await handOver.ExchangeAsync(code, verifier, context.PortalHost().Identifier, cancellationToken)
            : null;
        if (token is not null)
        {
            SessionCookie.Write(context.Response, token);
            SessionCookie.Delete(context.Response, SessionCookie.HandoverName);
            return Results.Redirect(LocalPath.OrHome(@return));
        }
        if (context.Features.Get<SignedIn>() is not null)
        {
            // Two tabs signed in together, or the browser's back button: this one came second.
            return Results.Redirect(LocalPath.OrHome(@return));
        }
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return pages.Page<HandOverRefusedPage>();
    }
}
