using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Antiforgery;

namespace ClinicPortal.Modules.Identity.SignIn;

internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", ShowAsync).OnSignInHost().AllowAnonymous();
        app.MapPost("/sign-in", SignInAsync).OnSignInHost().AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, ITenantResolver tenants, HandOverSignIn handOver, DemoAccess demo, PageRenderer pages, bool? another, CancellationToken cancellationToken)
    {
        var asked = HandoverRequest.Read(context.Request.Query, tenants);
        return context.Features.Get<SignedIn>() is { } signedIn && another is not true
            ? Results.Redirect(await handOver.NextAsync(signedIn, asked, context.Request, cancellationToken))
            : pages.Page<SignInPage>(new { Model = new SignInModel(asked, null, null, demo.SignInsFor(asked.Host)) });
    }

    /// <summary>Not a <see cref="FormPost"/>: nobody is signed in yet, and signing in twice does no harm.</summary>
    private static async Task<IResult> SignInAsync(
        HttpContext context, ITenantResolver tenants, IAntiforgery antiforgery, SignInWithPassword signIn, HandOverSignIn handOver, DemoAccess demo,
        Problems problems, PageRenderer pages, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var asked = HandoverRequest.Read(form, tenants);
        var email = StorableText.Of(form["email"].ToString()).Trim();
        var result = await antiforgery.IsRequestValidAsync(context)
            ? await signIn.HandleAsync(email, form["password"].ToString(), cancellationToken)
            : new Error("sign-in.expired");
        if (result.Succeeded)
        {
            SessionCookie.Write(context.Response, result.Value.Token);
            return FormPost.SeeOther(await handOver.NextAsync(result.Value.SignedIn, asked, context.Request, cancellationToken));
        }
        context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return pages.Page<SignInPage>(new { Model = new SignInModel(asked, email, problems.Message(result.Errors[0]), demo.SignInsFor(asked.Host)) });
    }
}
