using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;

namespace ClinicPortal.Modules.Identity.ShowFirstScreen;

/// <summary><c>/</c>: the first main screen of the person's role; before a sign-in, the way to it.</summary>
internal static class FirstScreenEndpoint
{
    public static void MapFirstScreen(this IEndpointRouteBuilder app) => app.MapGet("/", Show).AllowAnonymous();

    private static IResult Show(HttpContext context, CurrentUserAccessor current, IEnumerable<NavigationItem> screens, PageRenderer pages)
    {
        var host = context.PortalHost();
        if (host.IsSignIn)
        {
            return Results.Redirect(context.Features.Get<SignedIn>() is null ? "/sign-in" : "/places");
        }
        if (current.User is not { } user)
        {
            return Results.Challenge();
        }
        return screens.Where(s => s.IsFor(user, host)).MinBy(s => s.Order) is { } first
            ? Results.Redirect(first.Path)
            : pages.Page<NoScreenPage>();
    }
}
