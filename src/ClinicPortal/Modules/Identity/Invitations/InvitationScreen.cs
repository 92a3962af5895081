using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.OutsideSignIn;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
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

/// <summary>By which account of the association's provider the new account will be opened, in place of a password.</summary>
/// <param name="Sealed">See <see cref="OutsideNewcomers.Seal"/>.</param>
public sealed record InvitedByProvider(string Issuer, string Name, string Sealed);

/// <param name="SignedInAs">Name of another account that is signed in.</param>
/// <param name="Outside">The way to the association's provider, for who would rather not choose a password.</param>
public sealed record InvitationModel(
    FormState Form, Invitation Invitation, PortalHost Place, InvitationStep Step, string Code, string? SignedInAs, OutsideButton? Outside, InvitedByProvider? Provider);

/// <summary>The page of an invitation.</summary>
internal sealed class InvitationScreen(
    InvitationLinks links, IdentityDb db, OutsideButtons buttons, OutsideNewcomers newcomers, ITenantResolver tenants, IHttpContextAccessor http, PageRenderer pages,
    TimeProvider clock)
{
    private HttpContext Context => http.HttpContext!;

    public async Task<IResult> ShowAsync(string code, CancellationToken cancellationToken) =>
        await links.FindAsync(db, code, clock.GetUtcNow(), cancellationToken) is { } invitation
            ? await ShowAsync(FormState.Empty, invitation, code, null, cancellationToken)
            : Gone();

    /// <summary>Back from the provider, which nobody has an account by: the invitation can make one.</summary>
    /// <returns>Null where it cannot: for an address that has an account, or in another association.</returns>
    public async Task<IResult?> OfferAsync(string code, OutsidePerson person, CancellationToken cancellationToken) =>
        await links.FindAsync(db, code, clock.GetUtcNow(), cancellationToken) is { } invitation
        && newcomers.Seal(invitation, person) is not null && await AccountAsync(invitation, cancellationToken) is null
            ? await ShowAsync(FormState.Empty, invitation, code, person, cancellationToken)
            : null;

    /// <param name="person">Who came back from the provider.</param>
    public async Task<IResult> ShowAsync(FormState form, Invitation invitation, string code, OutsidePerson? person, CancellationToken cancellationToken)
    {
        if (PlaceOf(invitation) is not { } place)
        {
            return Gone();
        }
        var account = await AccountAsync(invitation, cancellationToken);
        var signedIn = SignedInFor(invitation);
        var step = account is null ? InvitationStep.MakeAccount : account == signedIn?.AccountId ? InvitationStep.Accept : InvitationStep.SignIn;
        var provider = step is InvitationStep.MakeAccount && person is not null && newcomers.Seal(invitation, person) is { } again
            ? new InvitedByProvider(person.Issuer, person.Name, again) : null;
        var outside = step is InvitationStep.MakeAccount && provider is null && place.Tenant is { } tenant
            ? await buttons.OfAsync(tenant, new HandoverRequest(null, null, null, null, code), cancellationToken) : null;
        return pages.Page<InvitationPage>(new
        {
            Model = new InvitationModel(form, invitation, place, step, code, step == InvitationStep.Accept ? null : signedIn?.Name, outside, provider),
        });
    }

    /// <summary>Who signed in by an association's own provider is that association's word for an address, and nobody to others.</summary>
    public SignedIn? SignedInFor(Invitation invitation) =>
        Context.Features.Get<SignedIn>() is { } signedIn && (signedIn.OnlyTenantId is null || signedIn.OnlyTenantId == invitation.TenantId) ? signedIn : null;

    public PortalHost? PlaceOf(Invitation invitation) => invitation.TenantId is { } id
        ? tenants.ById(id) is { } tenant ? new PortalHost(tenant, null) : null
        : tenants.DeskById(invitation.OrganisationId) is { } desk ? new PortalHost(null, desk) : null;

    /// <summary>Unknown, used, revoked, replaced and expired links are answered alike.</summary>
    public IResult Gone()
    {
        Context.Response.StatusCode = StatusCodes.Status404NotFound;
        return pages.Page<InvitationGonePage>();
    }

    private Task<Guid?> AccountAsync(Invitation invitation, CancellationToken cancellationToken) =>
        db.Accounts.Where(a => a.NormalizedUserName == invitation.NormalizedEmail).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellationToken);
}
