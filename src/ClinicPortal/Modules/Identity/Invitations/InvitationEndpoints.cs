using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.OutsideSignIn;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Http.Extensions;

namespace ClinicPortal.Modules.Identity.Invitations;

/// <summary>The link of an invitation. Opening it shows where it leads and changes nothing, so that a mail's preview does no harm.</summary>
internal static class InvitationEndpoints
{
    /// <summary>The form's field with whom the provider meant.</summary>
    public const string PersonField = "person";

    public static void MapInvitations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/invitation/{code}", (string code, InvitationScreen screen, CancellationToken ct) => screen.ShowAsync(code, ct)).OnSignInHost().AllowAnonymous();
        app.MapPost("/invitation/{code}", AcceptAsync).OnSignInHost().AllowAnonymous();
    }

    public static string PathOf(string code) => $"/invitation/{code}";

    private static async Task<IResult> AcceptAsync(
        string code, HttpContext context, InvitationLinks links, IdentityDb db, InvitationScreen screen, OutsideNewcomers newcomers, HostAddresses addresses,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(db, code, clock.GetUtcNow(), cancellationToken) is not { } invitation || screen.PlaceOf(invitation) is not { } place)
        {
            return screen.Gone();
        }
        // The invited person acts, in the place that they were invited to; the invitation stands for the session that they do not have yet.
        var signedIn = screen.SignedInFor(invitation);
        var invited = new CurrentUser(
            signedIn?.AccountId ?? invitation.Id, signedIn?.Name ?? invitation.Email, invitation.Role, invitation.OrganisationKind,
            invitation.OrganisationId, invitation.Id, invitation.TenantId);
        var services = context.RequestServices;
        await services.ActAsync(invited, services.GetRequiredService<ScopeOf>().User(invited, place), cancellationToken);
        var accept = services.GetRequiredService<AcceptInvitation>();
        OutsidePerson? person = null;
        return await services.GetRequiredService<FormPost>().RunAsync(
            async form =>
            {
                person = newcomers.Open(invitation, form.Text(PersonField));
                // Altered, of another browser or ten minutes old: it does not become an account with a password instead.
                return person is null && form.Fields.Contains(PersonField)
                    ? new Error("invitation.provider-again")
                    : await accept.HandleAsync(
                        invitation, signedIn?.AccountId, new NewAccount(form.Text("name"), form.Text("kana"), form.Secret("password"), person), cancellationToken);
            },
            membership => addresses.Of(place.Identifier, context.Request) + "/session/begin"
                + new QueryBuilder { { HandoverRequest.MembershipField, membership.ToString() } },
            async state => context.Response.StatusCode == StatusCodes.Status404NotFound
                ? screen.Gone()
                : await screen.ShowAsync(state, invitation, code, person, cancellationToken),
            cancellationToken);
    }
}
