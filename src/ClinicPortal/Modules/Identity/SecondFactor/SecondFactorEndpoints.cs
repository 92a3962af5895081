using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.SecondFactor;

/// <summary>The second step of a sign-in with a password; who has no second factor yet is led to get one before anything opens.</summary>
internal static class SecondFactorEndpoints
{
    public static void MapSecondFactor(this IEndpointRouteBuilder app)
    {
        app.MapGet(Attempts.SecondStepPath, ShowAsync).OnSignInHost().AllowAnonymous();
        app.MapPost(Attempts.SecondStepPath, ProveAsync).OnSignInHost().AllowAnonymous();
        app.MapGet(Attempts.EnrolPath, ShowEnrolAsync).OnSignInHost().AllowAnonymous();
        app.MapPost(Attempts.EnrolPath, EnrolAsync).OnSignInHost().AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, Attempts attempts, SecondFactors factors, ITenantResolver tenants, DemoAccess demo, PageRenderer pages,
        CancellationToken cancellationToken)
    {
        var asked = HandoverRequest.Read(context.Request.Query, tenants);
        return await attempts.FindAsync(cancellationToken) is { } open
            ? await PageAsync(pages, factors, demo, open, asked, FormState.Empty, cancellationToken)
            : Results.Redirect(asked.At("/sign-in"));
    }

    private static Task<IResult> ProveAsync(
        HttpContext context, SignInForm form, Attempts attempts, SecondFactors factors, ProveSecondFactor prove, HandOverSignIn handOver, DemoAccess demo,
        SignInScreen screen, PageRenderer pages, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => prove.HandleAsync(sent.Text("recovery") is { Length: > 0 } recovery ? recovery : sent.Text("code"), cancellationToken),
            async signedIn => FormPost.SeeOther(await handOver.NextAsync(signedIn, form.Asked, context.Request, cancellationToken)),
            async state => await attempts.FindAsync(cancellationToken) is { } open
                ? await PageAsync(pages, factors, demo, open, form.Asked, state, cancellationToken)
                : await screen.ShowAsync(form.Asked, state, cancellationToken),
            cancellationToken);

    private static async Task<IResult> ShowEnrolAsync(
        HttpContext context, Attempts attempts, SecondFactors factors, AuthenticatorSetups setups, ITenantResolver tenants, PageRenderer pages,
        CancellationToken cancellationToken)
    {
        var asked = HandoverRequest.Read(context.Request.Query, tenants);
        return await attempts.FindAsync(cancellationToken) is { } open && !await factors.HasAnyAsync(open.Account.Id, cancellationToken)
            ? pages.Page<EnrolPage>(new { Asked = asked, Setup = setups.Show(open.Account), Form = FormState.Empty })
            : Results.Redirect(asked.At("/sign-in"));
    }

    private static Task<IResult> EnrolAsync(
        SignInForm form, Attempts attempts, EnrolSecondFactor enrol, AuthenticatorSetups setups, SignInScreen screen, PageRenderer pages,
        CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => enrol.HandleAsync(sent.AsTyped("setup"), sent.Text("code"), cancellationToken),
            // In the answer itself and nowhere else: shown once.
            codes => Task.FromResult(pages.Page<RecoveryCodesPage>(new { Codes = codes, Next = form.Asked.At("/sign-in") })),
            async state => await attempts.FindAsync(cancellationToken) is { } open
                ? pages.Page<EnrolPage>(new { form.Asked, Setup = setups.Show(open.Account, form.AsTyped("setup")), Form = state })
                : await screen.ShowAsync(form.Asked, state, cancellationToken),
            cancellationToken);

    private static async Task<IResult> PageAsync(
        PageRenderer pages, SecondFactors factors, DemoAccess demo, (SignInAttempt Attempt, Account Account) open, HandoverRequest asked, FormState form,
        CancellationToken cancellationToken) => pages.Page<SecondFactorPage>(new
        {
            Asked = asked,
            Form = form,
            HasPasskey = await factors.HasPasskeyAsync(open.Account.Id, cancellationToken),
            DemoCode = demo.CodeFor(open.Account, open.Attempt),
        });
}

/// <summary>The code of the app, or a recovery code, completes the sign-in.</summary>
internal sealed class ProveSecondFactor(Attempts attempts, SecondFactors factors, DemoAccess demo, CompleteSignIn complete)
{
    public async Task<Result<SignedIn>> HandleAsync(string code, CancellationToken cancellationToken)
    {
        if (await attempts.FindAsync(cancellationToken) is not { } open)
        {
            return new Error("sign-in.expired");
        }
        if (code.Length == 0)
        {
            return Error.OnField("code", "required");
        }
        if (!await attempts.TakeTryAsync(open.Attempt, cancellationToken))
        {
            return new Error("sign-in.expired");
        }
        var accepted = demo.Accepts(open.Account, open.Attempt, code) || await factors.AcceptsAsync(open.Account, code, cancellationToken);
        if (!accepted)
        {
            return Error.OnField("code", "second-factor.refused");
        }
        return await attempts.UseUpAsync(open.Attempt, cancellationToken)
            ? await complete.HandleAsync(open.Account, open.Attempt.OnlyTenantId, cancellationToken)
            : new Error("sign-in.expired");
    }
}

/// <summary>The first second factor of an account, between its password and its first session.</summary>
internal sealed class EnrolSecondFactor(Attempts attempts, SecondFactors factors, AuthenticatorSetups setups, CompleteSignIn complete)
{
    public async Task<Result<IReadOnlyList<string>>> HandleAsync(string setup, string code, CancellationToken cancellationToken)
    {
        // Who knows no more than the password of an account that has a second factor does not give it another one.
        if (await attempts.FindAsync(cancellationToken) is not { } open || await factors.HasAnyAsync(open.Account.Id, cancellationToken))
        {
            return new Error("sign-in.expired");
        }
        if (setups.Open(open.Account.Id, setup) is not { } secret || !await factors.EnrolAsync(open.Account.Id, secret, code, cancellationToken))
        {
            return Error.OnField("code", "second-factor.not-enrolled");
        }
        if (!await attempts.UseUpAsync(open.Attempt, cancellationToken))
        {
            return new Error("sign-in.expired");
        }
        var codes = await factors.RenewRecoveryCodesAsync(open.Account.Id, cancellationToken);
        await complete.HandleAsync(open.Account, open.Attempt.OnlyTenantId, cancellationToken);
        return Result<IReadOnlyList<string>>.Of(codes);
    }
}
