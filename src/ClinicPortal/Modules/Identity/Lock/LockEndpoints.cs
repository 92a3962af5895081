using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.Passkeys;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Antiforgery;

namespace ClinicPortal.Modules.Identity.Lock;

/// <summary>
/// A locked desk shows nothing and does nothing until its person has proved again who they are; what was on the screen is there afterwards.
/// </summary>
internal static class LockEndpoints
{
    public static void MapLock(this IEndpointRouteBuilder app)
    {
        app.MapPost("/session/active", () => Results.NoContent()).RequireAuthorization();
        app.MapPost("/session/lock", LockAsync).RequireAuthorization();
        // For whoever comes with the cookie of a locked session, and so is nobody.
        app.MapGet(LockedSession.Path, Show).AllowAnonymous();
        app.MapPost("/session/unlock", UnlockAsync).AllowAnonymous();
        app.MapPost("/session/unlock/passkey/options", AskForPasskeyAsync).OnSignInHost().AllowAnonymous();
        app.MapPost("/session/unlock/passkey", UnlockWithPasskeyAsync).OnSignInHost().AllowAnonymous();
    }

    private static async Task<IResult> LockAsync(
        HttpContext context, IAntiforgery antiforgery, Sessions sessions, SecurityLog log, CancellationToken cancellationToken)
    {
        var signedIn = context.Features.Get<SignedIn>()!;
        var form = await context.Request.ReadFormAsync(cancellationToken);
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }
        await sessions.LockAsync(signedIn.SignInId, cancellationToken);
        await log.NoteAsync(signedIn.AccountId, SecurityEventKind.Locked, signedIn.SignInId, cancellationToken);
        return FormPost.SeeOther(LockedSession.At(form["return"]));
    }

    private static IResult Show(HttpContext context, ITenantResolver tenants, HostAddresses addresses, PageRenderer pages) =>
        context.Features.Get<LockedSession>() is { SignedIn: var locked }
            ? Page(context, addresses, pages, locked, HandoverRequest.Read(context.Request.Query, tenants), FormState.Empty)
            : Results.Redirect(Back(context, addresses, HandoverRequest.Read(context.Request.Query, tenants)));

    private static Task<IResult> UnlockAsync(
        HttpContext context, SignInForm form, UnlockSession unlock, HostAddresses addresses, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => unlock.HandleAsync(sent.AsTyped("proof"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther(Back(context, addresses, form.Asked))),
            state => Refused(context, addresses, pages, form.Asked, state), cancellationToken);

    private static async Task<IResult> AskForPasskeyAsync(HttpContext context, IAntiforgery antiforgery, UnlockSession unlock, CancellationToken cancellationToken) =>
        await antiforgery.IsRequestValidAsync(context) && await unlock.AskForPasskeyAsync(cancellationToken) is { } challenge
            ? Results.Ok(challenge) : Results.BadRequest();

    private static Task<IResult> UnlockWithPasskeyAsync(
        HttpContext context, SignInForm form, UnlockSession unlock, HostAddresses addresses, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => unlock.WithPasskeyAsync(sent.AsTyped("credential"), sent.AsTyped("state"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther(Back(context, addresses, form.Asked))),
            state => Refused(context, addresses, pages, form.Asked, state), cancellationToken);

    private static Task<IResult> Refused(HttpContext context, HostAddresses addresses, PageRenderer pages, HandoverRequest asked, FormState state) =>
        Task.FromResult(context.Features.Get<LockedSession>() is { SignedIn: var locked }
            ? Page(context, addresses, pages, locked, asked, state)
            : Results.Redirect(Back(context, addresses, asked)));

    private static IResult Page(
        HttpContext context, HostAddresses addresses, PageRenderer pages, SignedIn locked, HandoverRequest asked, FormState form)
    {
        var host = context.PortalHost();
        // Passkeys are used on the sign-in host, which leads back here.
        var elsewhere = host.IsSignIn ? null : addresses.Of("", context.Request) + (asked with { Host = host }).At(LockedSession.Path);
        return pages.Page<LockedPage>(new { locked.Name, Asked = asked, PasskeyElsewhere = elsewhere, Form = form });
    }

    private static string Back(HttpContext context, HostAddresses addresses, HandoverRequest asked) =>
        context.PortalHost().IsSignIn && asked.Host is { } host
            ? addresses.Of(host.Identifier, context.Request) + LocalPath.OrHome(asked.Return)
            : LocalPath.OrHome(asked.Return);
}
