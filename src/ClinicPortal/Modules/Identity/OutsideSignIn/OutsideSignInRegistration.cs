using ClinicPortal.Modules.Identity.ConfigureProvider;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Shared.Data;

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
        .AddScoped<OutsideNewcomers>()
        .AddScoped<LinkNewcomer>()
        .AddSingleton<OutsideButtons>()
        .AddScoped<ConfigureProviderHandler>()
        .AddScoped<ProviderScreen>();
}
