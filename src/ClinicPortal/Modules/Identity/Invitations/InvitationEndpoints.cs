using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Invitations;

/// <summary>Who must do what before the invitation can be accepted.</summary>
public enum InvitationStep
{
    /// <summary>The invited account is signed in.</summary>
    Accept,

    /// <summary>The invited address has an account, which is not signed in.</summary>
    SignIn,

    /// <summary>The invited address has no account yet.</summary>
    MakeAccount,
}

/// <param name="SignedInAs">Name of another account that is signed in.</param>
public sealed record InvitationModel(FormState Form, Invitation Invitation, PortalHost Place, InvitationStep Step, string Code, string? SignedInAs);

/// <summary>The link of an invitation. Opening it shows where it leads and changes nothing, so that a mail's preview does no harm.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/invitation/{code}", ShowAsync).OnSignInHost().AllowAnonymous();
        app.MapPost("/invitation/{code}", AcceptAsync).OnSignInHost().AllowAnonymous();
    }

    public static string PathOf(string code) => $"/invitation/{code}";

    private static async Task<IResult> ShowAsync(
        string code, HttpContext context, InvitationLinks links, IdentityDb db, ITenantResolver tenants, PageRenderer pages, TimeProvider clock,
        CancellationToken cancellationToken) =>
        await links.FindAsync(db, code, clock.GetUtcNow(), cancellationToken) is { } invitation
            ? await PageAsync(FormState.Empty, invitation, code, context, db, tenants, pages, cancellationToken)
            : Gone(context, pages);

    private static async Task<IResult> AcceptAsync(
        string code, HttpContext context, InvitationLinks links, IdentityDb db, ITenantResolver tenants, HostAddresses addresses, PageRenderer pages,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(db, code, clock.GetUtcNow(), cancellationToken) is not { } invitation || PlaceOf(invitation, tenants) is not { } place)
        {
            return Gone(context, pages);
        }
        // The invited person acts, in the place that they were invited to; the invitation stands for the session that they do not have yet.
        var signedIn = SignedInFor(invitation, context);
        var invited = new CurrentUser(
            signedIn?.AccountId ?? invitation.Id, signedIn?.Name ?? invitation.Email, invitation.Role, invitation.OrganisationKind,
            invitation.OrganisationId, invitation.Id, invitation.TenantId);
        var services = context.RequestServices;
        await services.ActAsync(invited, services.GetRequiredService<ScopeOf>().User(invited, place), cancellationToken);
        var accept = services.GetRequiredService<AcceptInvitation>();
        return await services.GetRequiredService<FormPost>().RunAsync(
            form => accept.HandleAsync(
                invitation, signedIn?.AccountId, new NewAccount(form.Text("name"), form.Text("kana"), form.Secret("password")), cancellationToken),
            membership => addresses.Of(place.Identifier, context.Request) + "/session/begin"
                + new QueryBuilder { { HandoverRequest.MembershipField, membership.ToString() } },
            async state => context.Response.StatusCode == StatusCodes.Status404NotFound
                ? Gone(context, pages)
                : await PageAsync(state, invitation, code, context, db, tenants, pages, cancellationToken),
            cancellationToken);
    }

    private static async Task<IResult> PageAsync(
        FormState form, Invitation invitation, string code, HttpContext context, IdentityDb db, ITenantResolver tenants, PageRenderer pages,
        CancellationToken cancellationToken)
    {
        if (PlaceOf(invitation, tenants) is not { } place)
        {
            return Gone(context, pages);
        }
        var account = await db.Accounts.Where(a => a.NormalizedUserName == invitation.NormalizedEmail).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellationToken);
        var signedIn = SignedInFor(invitation, context);
        var step = account is null ? InvitationStep.MakeAccount : account == signedIn?.AccountId ? InvitationStep.Accept : InvitationStep.SignIn;
        return pages.Page<InvitationPage>(new
        {
            Model = new InvitationModel(form, invitation, place, step, code, step == InvitationStep.Accept ? null : signedIn?.Name),
        });
    }

    /// <summary>Who signed in by an association's own provider is that association's word for an address, and nobody to others.</summary>
    private static SignedIn? SignedInFor(Invitation invitation, HttpContext context) =>
        context.Features.Get<SignedIn>() is { } signedIn && (signedIn.OnlyTenantId is null || signedIn.OnlyTenantId == invitation.TenantId) ? signedIn : null;

    private static PortalHost? PlaceOf(Invitation invitation, ITenantResolver tenants) => invitation.TenantId is { } id
        ? tenants.ById(id) is { } tenant ? new PortalHost(tenant, null) : null
        : tenants.DeskById(invitation.OrganisationId) is { } desk ? new PortalHost(null, desk) : null;

    /// <summary>Unknown, used, revoked, replaced and expired links are answered alike.</summary>
    private static IResult Gone(HttpContext context, PageRenderer pages)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return pages.Page<InvitationGonePage>();
    }
}
