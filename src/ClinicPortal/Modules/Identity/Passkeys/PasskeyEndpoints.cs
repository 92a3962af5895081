using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.MyAccount;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Passkeys;

/// <summary>Signing in with a passkey, and the passkeys of one's own account.</summary>
internal static class PasskeyEndpoints
{
    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        app.MapPost("/sign-in/passkey/options", AskAsync).OnSignInHost().AllowAnonymous();
        app.MapPost("/sign-in/passkey", SignInAsync).OnSignInHost().AllowAnonymous();
        app.MapPost("/account/passkeys/options", AskForNewAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/passkeys", AddAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/passkeys/{id:guid}/name", RenameAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/passkeys/{id:guid}/remove", RemoveAsync).OnSignInHost().RequireAuthorization();
    }

    private static async Task<IResult> AskAsync(HttpContext context, IAntiforgery antiforgery, PasskeyCeremonies ceremonies) =>
        await antiforgery.IsRequestValidAsync(context) ? Results.Ok(await ceremonies.AskForUseAsync(null)) : Results.BadRequest();

    private static Task<IResult> SignInAsync(
        HttpContext context, SignInForm form, PasskeyCeremonies ceremonies, CompleteSignIn complete, HandOverSignIn handOver, SecurityLog log,
        SignInScreen screen, CancellationToken cancellationToken) =>
        form.RunAsync<Account>(
            async sent =>
            {
                if (await ceremonies.CheckUseAsync(sent.AsTyped("credential"), sent.AsTyped("state"), cancellationToken) is { } account)
                {
                    return account;
                }
                await log.NoteAsync(null, SecurityEventKind.SignInRefused, null, cancellationToken);
                return new Error("passkey.refused");
            },
            async account => FormPost.SeeOther(await handOver.NextAsync(
                await complete.HandleAsync(account, onlyTenantId: null, cancellationToken), form.Asked, context.Request, cancellationToken)),
            state => screen.ShowAsync(form.Asked, state, cancellationToken),
            cancellationToken);

    private static async Task<IResult> AskForNewAsync(
        HttpContext context, IAntiforgery antiforgery, IdentityDb db, PasskeyCeremonies ceremonies, FreshProof proof, CancellationToken cancellationToken)
    {
        if (!await antiforgery.IsRequestValidAsync(context) || !proof.IsFresh)
        {
            return Results.BadRequest();
        }
        var account = await db.Accounts.SingleAsync(a => a.Id == context.Features.Get<SignedIn>()!.AccountId, cancellationToken);
        return Results.Ok(await ceremonies.AskForNewAsync(account));
    }

    private static Task<IResult> AddAsync(
        SignInForm form, ManagePasskeys manage, FreshProof proof, ShowMyAccount show, PageRenderer pages, CancellationToken cancellationToken) =>
        proof.RequireAsync(() => form.RunAsync(
            sent => manage.AddAsync(sent.AsTyped("credential"), sent.AsTyped("state"), sent.Text("name"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther("/account#passkeys")),
            state => PageAsync(show, pages, state, cancellationToken), cancellationToken));

    private static Task<IResult> RenameAsync(
        Guid id, SignInForm form, ManagePasskeys manage, ShowMyAccount show, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => manage.RenameAsync(id, sent.Text("name"), cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther("/account#passkeys")),
            state => PageAsync(show, pages, state, cancellationToken), cancellationToken);

    private static Task<IResult> RemoveAsync(
        Guid id, SignInForm form, ManagePasskeys manage, FreshProof proof, ShowMyAccount show, PageRenderer pages, CancellationToken cancellationToken) =>
        proof.RequireAsync(() => form.RunAsync(
            _ => manage.RemoveAsync(id, cancellationToken),
            _ => Task.FromResult(FormPost.SeeOther("/account#passkeys")),
            state => PageAsync(show, pages, state, cancellationToken), cancellationToken));

    private static async Task<IResult> PageAsync(ShowMyAccount show, PageRenderer pages, FormState form, CancellationToken cancellationToken) =>
        pages.Page<MyAccountPage>(new { Model = await show.HandleAsync(cancellationToken), Form = form });
}
