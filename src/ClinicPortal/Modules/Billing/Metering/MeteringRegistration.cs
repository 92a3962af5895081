using ClinicPortal.Modules.Billing.VoidUsage;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.Metering;

internal static class MeteringRegistration
{
    public static IServiceCollection AddMetering(this IServiceCollection services) => services
        .AddScoped<MonthHistories>()
        .AddScoped<LineWriter>()
        .AddScoped<MonthMetering>()
        .AddScoped<MeterNight>()
        .AddHostedService<MeteringWatch>()
        .AddScoped<VoidUsage.VoidUsage>()
        .AddScoped<ShowCost>()
        .AddScoped<SimulatePrices>()
        .AddSingleton(provider => new NavigationItem(
            49, "/cost", () => provider.GetRequiredService<IStringLocalizer<MeteringText>>()["Cost.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff), NavigationGroup.Accounting));

    public static void MapMetering(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<WorkRegistry>().Add<MeterNight>();
        app.MapVoidUsage();
        app.MapGet("/cost", async (ShowCost show, PageRenderer pages, CancellationToken ct) => pages.Page<CostPage>(new { Model = await show.HandleAsync(ct) }))
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        app.MapGet("/price-simulator", async (DateOnly? list, HttpRequest request, SimulatePrices simulate, PageRenderer pages, CancellationToken ct) =>
                pages.Page<SimulationPage>(new { Model = await simulate.HandleAsync(list, name => request.Query[name], ct) }))
            .RequireRoles(Roles.Secretariat);
    }
}
