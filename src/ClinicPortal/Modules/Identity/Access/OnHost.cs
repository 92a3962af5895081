using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>Some routes exist on the sign-in host only, others only on those of associations and desks.</summary>
internal static class OnHost
{
    public static RouteHandlerBuilder OnSignInHost(this RouteHandlerBuilder route) => Only(route, host => host.IsSignIn);

    public static RouteHandlerBuilder OnPlaceHost(this RouteHandlerBuilder route) => Only(route, host => !host.IsSignIn);

    private static RouteHandlerBuilder Only(RouteHandlerBuilder route, Func<PortalHost, bool> isHere) =>
        route.AddEndpointFilter(async (context, next) => isHere(context.HttpContext.PortalHost()) ? await next(context) : Results.NotFound());
}
