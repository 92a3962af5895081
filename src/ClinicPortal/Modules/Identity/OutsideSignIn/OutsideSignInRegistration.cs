using ClinicPortal.Modules.Identity.ConfigureProvider;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

internal static class OutsideSignInRegistration
{
    public static IServiceCollection AddOutsideSignIn(this IServiceCollection services) => services
        .AddModuleContext<OutsideSignInContext>()
        .AddSingleton<OutsideSignInSteps>()
        .AddSingleton<CodeExchange>()
        .AddScoped<BeginOutsideSignIn>()
        .AddScoped<ReadOutsideAnswer>()
        .AddScoped<AcceptOutsidePerson>()
        .AddScoped<OutsideLinks>()
        .AddScoped<ConfigureProviderHandler>()
        .AddScoped<ProviderScreen>()
        .AddSingleton(provider => new NavigationItem(
            80, ConfigureProviderEndpoints.Path, () => provider.GetRequiredService<IStringLocalizer<IdentityText>>()["Provider.Title"],
            (user, host) => host.Tenant is not null && user is { Role: Roles.Secretariat, IsAdministrator: true }));
}
