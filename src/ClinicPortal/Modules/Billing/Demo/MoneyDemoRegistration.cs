using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.Billing.Demo;

internal static class MoneyDemoRegistration
{
    public static IServiceCollection AddMoneyDemo(this IServiceCollection services) => services
        .AddSingleton<IDemoSeed, MoneyDemo>()
        .AddScoped<SeedMoney>()
        .AddScoped<DemoMonths>()
        .AddScoped<DemoTransfers>()
        .AddScoped<DemoPay>();

    public static void MapMoneyDemo(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<WorkRegistry>().Add<SeedMoney>();
}
