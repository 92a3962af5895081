using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Antiforgery;

namespace ClinicPortal.Modules.Identity.SignOut;

/// <summary>Ends the sign-in in the database, on every host that it was carried to.</summary>
internal static class SignOutEndpoint
{
    public static void MapSignOut(this IEndpointRouteBuilder app) => app.MapPost("/sign-out", SignOutAsync).AllowAnonymous();

    private static async Task<IResult> SignOutAsync(
        HttpContext context, IAntiforgery antiforgery, Sessions sessions, HostAddresses addresses, PageRenderer pages, CancellationToken cancellationToken)
    {
        if ((context.Features.Get<SignedIn>() ?? context.Features.Get<LockedSession>()?.SignedIn) is { } signedIn)
        {
            if (!await antiforgery.IsRequestValidAsync(context))
            {
                // A page from long ago: who pressed the button must not walk away believing it worked.
                context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                return pages.Page<SignOutPage>();
            }
            await sessions.EndAsync(signedIn.SignInId, cancellationToken);
        }
        SessionCookie.Delete(context.Response, SessionCookie.Name);
        return FormPost.SeeOther(addresses.Of("", context.Request) + "/sign-in");
    }
}
