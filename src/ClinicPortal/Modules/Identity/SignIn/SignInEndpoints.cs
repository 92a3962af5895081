using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Identity.SignIn;

internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", ShowAsync).OnSignInHost().AllowAnonymous();
        app.MapPost("/sign-in", SignInAsync).OnSignInHost().AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, ITenantResolver tenants, HandOverSignIn handOver, SignInScreen screen, bool? another, CancellationToken cancellationToken)
    {
        var asked = HandoverRequest.Read(context.Request.Query, tenants);
        return context.Features.Get<SignedIn>() is { } signedIn && another is not true
            ? Results.Redirect(await handOver.NextAsync(signedIn, asked, context.Request, cancellationToken))
            : await screen.ShowAsync(asked, FormState.Empty, cancellationToken);
    }

    private static Task<IResult> SignInAsync(
        SignInForm form, SignInWithPassword signIn, Attempts attempts, SignInScreen screen, CancellationToken cancellationToken) =>
        form.RunAsync(
            sent => signIn.HandleAsync(sent.Text("email"), sent.AsTyped("password"), cancellationToken),
            async account =>
            {
                var next = await attempts.BeginAsync(account, onlyTenantId: null, cancellationToken);
                return FormPost.SeeOther(form.Asked.At(next));
            },
            state => screen.ShowAsync(form.Asked, state, cancellationToken),
            cancellationToken);
}
