using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.Invitations;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>To an association's own provider and back; and whom it means, which each person decides for their own account.</summary>
internal static class OutsideSignInEndpoints
{
    private static readonly HandoverRequest Nowhere = new(null, null, null, null);

    public static void MapOutsideSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in/outside/{association}", BeginAsync).OnSignInHost().AllowAnonymous();
        app.MapGet("/sign-in/outside/{association}/callback", ReturnAsync).OnSignInHost().AllowAnonymous();
        // Any account, member of nothing yet: the sign-in host knows no roles.
        app.MapGet(OutsideLinks.Path, ShowAsync).OnSignInHost().RequireAuthorization();
        app.MapPost(OutsideLinks.Path, LinkAsync).OnSignInHost().RequireAuthorization();
        app.MapPost("/account/outside/{id:guid}/remove", RemoveAsync).OnSignInHost().RequireAuthorization();
    }

    private static async Task<IResult> BeginAsync(
        string association, HttpContext context, ITenantResolver tenants, BeginOutsideSignIn begin, SignInScreen screen, CancellationToken cancellationToken)
    {
        var asked = HandoverRequest.Read(context.Request.Query, tenants);
        var address = tenants.ByIdentifier(association) is { } tenant
            ? await begin.HandleAsync(tenant, asked, cancellationToken)
            : Error.NotFound("not-found");
        return address.Succeeded ? Results.Redirect(address.Value)
            : address.Errors[0].Kind is ErrorKind.NotFound ? Results.NotFound()
            : await screen.RefuseAsync(asked, address.Errors[0], cancellationToken);
    }

    private static async Task<IResult> ReturnAsync(
        string association, string? state, string? code, string? error, [FromQuery(Name = "iss")] string? issuer, HttpContext context, ITenantResolver tenants,
        ReadOutsideAnswer read, AcceptOutsidePerson accept, InvitationScreen newcomers, OutsideLinks links, HandOverSignIn handOver, SignInScreen screen,
        PageRenderer pages, CancellationToken cancellationToken)
    {
        if (tenants.ByIdentifier(association) is not { } tenant)
        {
            return await screen.RefuseAsync(Nowhere, ReadOutsideAnswer.NotAsked, cancellationToken);
        }
        var back = await read.HandleAsync(tenant, new OutsideAnswer(state, code, error, issuer), cancellationToken);
        var asked = back.Asked is { } query ? InvitationUnderway.Return(context, HandoverRequest.Read(QueryHelpers.ParseQuery(query), tenants)) : Nowhere;
        if (!back.Person.Succeeded)
        {
            return await screen.RefuseAsync(asked, back.Person.Errors[0], cancellationToken);
        }
        switch (await accept.HandleAsync(back.Person.Value, cancellationToken))
        {
            case OutsideSignInStep.SignedIn { By: var signedIn }:
                return Results.Redirect(await handOver.NextAsync(signedIn, asked, context.Request, cancellationToken));
            case OutsideSignInStep.SecondFactor { Path: var path }:
                return Results.Redirect(asked.At(path));
        }
        if (asked.Invitation is { } invitation && await newcomers.OfferAsync(invitation, back.Person.Value, cancellationToken) is { } invited)
        {
            return invited;
        }
        return context.Features.Get<SignedIn>() is { } here && await links.OfferAsync(here, tenant, back.Person.Value, cancellationToken) is { } offer
            ? pages.Page<OfferLinkPage>(new { Model = offer })
            : await screen.RefuseAsync(asked, new Error("outside.not-linked", Args: tenant.Name), cancellationToken);
    }

    /// <summary>Who comes here may link, so the proof comes first: nobody who is back from the provider is asked for it then.</summary>
    private static Task<IResult> ShowAsync(HttpContext context, FreshProof proof, OutsideLinks links, PageRenderer pages, CancellationToken cancellationToken) =>
        proof.RequireAsync(async () =>
            pages.Page<OutsideLinksPage>(new { Rows = await links.OfAsync(context.Features.Get<SignedIn>()!, cancellationToken), Form = FormState.Empty }));

    private static Task<IResult> LinkAsync(HttpContext context, SignInForm form, OutsideLinks links, PageRenderer pages, CancellationToken cancellationToken) =>
        RunAsync(context, form, links, pages, (sent, here) => links.LinkAsync(here, sent.AsTyped("person"), cancellationToken), cancellationToken);

    private static Task<IResult> RemoveAsync(
        Guid id, HttpContext context, SignInForm form, OutsideLinks links, PageRenderer pages, CancellationToken cancellationToken) =>
        RunAsync(context, form, links, pages, (_, here) => links.RemoveAsync(here, id, cancellationToken), cancellationToken);

    private static Task<IResult> RunAsync(
        HttpContext context, SignInForm form, OutsideLinks links, PageRenderer pages, Func<SignInForm, SignedIn, Task<Result<Guid>>> change,
        CancellationToken cancellationToken)
    {
        var here = context.Features.Get<SignedIn>()!;
        return form.RunAsync(
            sent => change(sent, here),
            _ => Task.FromResult(FormPost.SeeOther(OutsideLinks.Path)),
            async state => pages.Page<OutsideLinksPage>(new { Rows = await links.OfAsync(here, cancellationToken), Form = state }),
            cancellationToken);
    }
}
