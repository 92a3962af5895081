using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Passkeys;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.MyAccount;

/// <summary>One's own account, on the sign-in host: any account, whatever its roles.</summary>
internal static class MyAccountEndpoints
{
    public static void MapMyAccount(this IEndpointRouteBuilder app)
    {
        app.MapGet("/account", ShowAsync).RequireAuthorization();
        app.MapGet(FreshProof.ConfirmPath, ShowConfirmAsync).OnSignInHost().RequireAuthorization();
        app.MapPost(FreshProof.ConfirmPath, ConfirmAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/confirm/passkey/options", AskForPasskeyAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/confirm/passkey", ConfirmWithPasskeyAsync).OnSignInHost().RequireAuthorization();
        app.MapGet("/account/password", (PageRenderer pages) => pages.Page<PasswordPage>(new { Form = FormState.Empty })).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/password", ChangePasswordAsync).OnSignInHost().RequireAuthorization();
        app.MapGet("/account/authenticator", ShowAuthenticatorAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/authenticator", EnrolAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/recovery-codes", RenewRecoveryCodesAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/sign-ins/{id:guid}/end", EndAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/sign-ins/end", EndAllAsync).OnSignInHost().RequireAuthorization();
    }

    /// <summary>On every host, so that menus need no other address than this one.</summary>
    private static async Task<IResult> ShowAsync(
        HttpContext context, HostAddresses addresses, ShowMyAccount show, PageRenderer pages, CancellationToken cancellationToken) =>
        context.PortalHost().IsSignIn
            ? await PageAsync(show, pages, FormState.Empty, cancellationToken)
            : Results.Redirect(addresses.Of("", context.Request) + "/account");

    private static async Task<IResult> PageAsync(ShowMyAccount show, PageRenderer pages, FormState form, CancellationToken cancellationToken) =>
        pages.Page<MyAccountPage>(new { Model = await show.HandleAsync(cancellationToken), Form = form });

    private static Task<IResult> ShowConfirmAsync(
        HttpContext context, IdentityDb db, PageRenderer pages, string? @return, CancellationToken cancellationToken) =>
        ConfirmPageAsync(context, db, pages, @return, FormState.Empty, cancellationToken);

    private static Task<IResult> ConfirmAsync(
        HttpContext context, SignInForm form, ConfirmIdentity confirm, IdentityDb db, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => confirm.WithPasswordAsync(sent.AsTyped("password"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther(Back(form.Text("return")))),
            state => ConfirmPageAsync(context, db, pages, form.Text("return"), state, cancellationToken), cancellationToken);

    private static async Task<IResult> AskForPasskeyAsync(
        HttpContext context, IAntiforgery antiforgery, IdentityDb db, PasskeyCeremonies ceremonies, CancellationToken cancellationToken) =>
        await antiforgery.IsRequestValidAsync(context)
            ? Results.Ok(await ceremonies.AskForUseAsync(await AccountAsync(context, db, cancellationToken))) : Results.BadRequest();

    private static Task<IResult> ConfirmWithPasskeyAsync(
        HttpContext context, SignInForm form, ConfirmIdentity confirm, IdentityDb db, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => confirm.WithPasskeyAsync(sent.AsTyped("credential"), sent.AsTyped("state"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther(Back(form.Text("return")))),
            state => ConfirmPageAsync(context, db, pages, form.Text("return"), state, cancellationToken), cancellationToken);

    private static Task<IResult> ChangePasswordAsync(SignInForm form, ChangePassword change, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => change.HandleAsync(sent.AsTyped("current"), sent.AsTyped("password"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther("/account")),
            state => Task.FromResult(pages.Page<PasswordPage>(new { Form = state })), cancellationToken);

    private static Task<IResult> ShowAuthenticatorAsync(
        HttpContext context, FreshProof proof, IdentityDb db, AuthenticatorSetups setups, PageRenderer pages, CancellationToken cancellationToken) =>
        proof.RequireAsync(async () => pages.Page<AuthenticatorPage>(
            new { Setup = setups.Show(await AccountAsync(context, db, cancellationToken)), Form = FormState.Empty }));

    private static Task<IResult> EnrolAsync(
        HttpContext context, SignInForm form, FreshProof proof, IdentityDb db, SecondFactors factors, AuthenticatorSetups setups, PageRenderer pages,
        CancellationToken cancellationToken) =>
        proof.RequireAsync(() => form.RunAsync<bool>(
            async sent =>
            {
                var accountId = context.Features.Get<SignedIn>()!.AccountId;
                return setups.Open(accountId, sent.AsTyped("setup")) is { } secret
                    && await factors.EnrolAsync(accountId, secret, sent.Text("code"), cancellationToken)
                        ? true : Error.OnField("code", "second-factor.not-enrolled");
            },
            _ => Task.FromResult(FormPost.SeeOther("/account")),
            async state => pages.Page<AuthenticatorPage>(
                new { Setup = setups.Show(await AccountAsync(context, db, cancellationToken), form.AsTyped("setup")), Form = state }),
            cancellationToken));

    private static Task<IResult> RenewRecoveryCodesAsync(
        HttpContext context, SignInForm form, FreshProof proof, SecondFactors factors, ShowMyAccount show, PageRenderer pages, CancellationToken cancellationToken) =>
        proof.RequireAsync(() => form.RunAsync(
            async _ => Result<IReadOnlyList<string>>.Of(await factors.RenewRecoveryCodesAsync(context.Features.Get<SignedIn>()!.AccountId, cancellationToken)),
            codes => Task.FromResult(pages.Page<RecoveryCodesPage>(new { Codes = codes, Next = "/account" })),
            state => PageAsync(show, pages, state, cancellationToken), cancellationToken));

    private static Task<IResult> EndAsync(
        Guid id, HttpContext context, SignInForm form, Sessions sessions, SecurityLog log, ShowMyAccount show, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync<bool>(
            async _ =>
            {
                var signedIn = context.Features.Get<SignedIn>()!;
                if (!await sessions.EndOwnAsync(signedIn.AccountId, id, cancellationToken))
                {
                    return Error.NotFound("not-found");
                }
                await log.NoteAsync(signedIn.AccountId, SecurityEventKind.SessionEnded, id, cancellationToken);
                return true;
            },
            _ => Task.FromResult(FormPost.SeeOther("/account")),
            state => PageAsync(show, pages, state, cancellationToken), cancellationToken);

    private static Task<IResult> EndAllAsync(
        HttpContext context, SignInForm form, Sessions sessions, SecurityLog log, ShowMyAccount show, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync<bool>(
            async _ =>
            {
                var signedIn = context.Features.Get<SignedIn>()!;
                await sessions.EndAllAsync(signedIn.AccountId, except: null, cancellationToken);
                await log.NoteAsync(signedIn.AccountId, SecurityEventKind.SignedOutEverywhere, signedIn.SignInId, cancellationToken);
                SessionCookie.Delete(context.Response, SessionCookie.Name);
                return true;
            },
            _ => Task.FromResult(FormPost.SeeOther("/sign-in")),
            state => PageAsync(show, pages, state, cancellationToken), cancellationToken);

    private static async Task<IResult> ConfirmPageAsync(
        HttpContext context, IdentityDb db, PageRenderer pages, string? back, FormState form, CancellationToken cancellationToken)
    {
        var accountId = context.Features.Get<SignedIn>()!.AccountId;
        var hasPasskey = await db.Passkeys.AnyAsync(p => p.AccountId == accountId, cancellationToken);
        return pages.Page<ConfirmPage>(new { Return = Back(back), HasPasskey = hasPasskey, Form = form });
    }

    private static Task<Account> AccountAsync(HttpContext context, IdentityDb db, CancellationToken cancellationToken)
    {
        var accountId = context.Features.Get<SignedIn>()!.AccountId;
        return db.Accounts.SingleAsync(a => a.Id == accountId, cancellationToken);
    }

    private static string Back(string? path) => LocalPath.OrHome(path) is var local && local.StartsWith("/account", StringComparison.Ordinal) ? local : "/account";
}
