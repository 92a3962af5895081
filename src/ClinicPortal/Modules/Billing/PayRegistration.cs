using ClinicPortal.Modules.Billing.ApprovePay;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.MyPay;
using ClinicPortal.Modules.Billing.PayOut;
using ClinicPortal.Modules.Billing.ShowPaySheets;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Work;
using ClinicPortal.FluentUI;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing;

/// <summary>Pay sheets of doctors and drivers, and the files that pay them.</summary>
internal static class PayRegistration
{
    public static IServiceCollection AddPay(this IServiceCollection services) => services
        .AddScoped<PaySheets>()
        .AddScoped<PayHistories>()
        .AddScoped<ComputePay.ComputePay>()
        .AddScoped<RunPay>()
        .AddScoped<AdjustPay>()
        .AddScoped<ApprovePay.ApprovePay>()
        .AddScoped<PayOutHandler>()
        .AddScoped<ShowPaySheets.ShowPaySheets>()
        .AddScoped<ExportPaySheets>()
        .AddScoped<ShowMyPay>()
        .AddSingleton(provider => new NavigationItem(
            55, "/pay-sheets", () => provider.GetRequiredService<IStringLocalizer<PayText>>()["Pay.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat), NavigationGroup.Accounting))
        .AddSingleton(provider => new AdministrationItem(
            90, "/my-pay", Icons.Table, () => provider.GetRequiredService<IStringLocalizer<PayText>>()["MyPay.Title"],
            (user, host) => !host.IsSignIn && user.Is(Roles.NightDoctor, Roles.Driver)));

    public static void MapPayScreens(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<WorkRegistry>().Add<ComputePay.ComputePay>();
        app.MapPaySheets();
        app.MapPayFiles();
        app.MapMyPay();
    }
}
