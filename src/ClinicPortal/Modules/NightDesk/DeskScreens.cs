using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>The desk's main screens: for operators on the desk's host, and for clinics that carry their own cases.</summary>
internal static class DeskScreens
{
    public static IServiceCollection AddDeskScreens(this IServiceCollection services) => services
        .AddScreen(10, "/board", "Board.Title", Carries)
        .AddScreen(11, "/cases/new", "New.Title", Carries)
        .AddScreen(12, "/paper", "Paper.Title", Carries)
        .AddScreen(30, "/board", "Requests.Title", Asks);

    /// <summary>For the commands of those who carry cases; whether they carry this one is decided in the use case.</summary>
    public static TBuilder RequireCarriers<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff);

    private static IServiceCollection AddScreen(
        this IServiceCollection services, int order, string path, string title, Func<CurrentUser, PortalHost, bool> isFor) =>
        services.AddSingleton(provider => new NavigationItem(
            order, path, () => provider.GetRequiredService<IStringLocalizer<NightDeskText>>()[title], isFor));

    private static bool Carries(CurrentUser user, PortalHost host) =>
        user.Is(Roles.DeskOperator)
        || (user.Is(Roles.ClinicDoctor, Roles.ClinicStaff) && host.Tenant?.Settings.CareModel == CareModel.PairedPhysicians);

    private static bool Asks(CurrentUser user, PortalHost host) =>
        user.Is(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff) && !Carries(user, host);
}
