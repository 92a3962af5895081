using ClinicPortal.FluentUI;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.Payees;

/// <summary>Who is paid, and to which account.</summary>
internal static class PayeesRegistration
{
    public static IServiceCollection AddPayees(this IServiceCollection services) => services
        .AddErrorTexts<PayText>()
        .AddScoped<IPayees, PayeeReader>()
        .AddScoped<ArrangePayeesHandler>()
        .AddScoped<OwnPayeeHandler>()
        .AddSingleton<IDemoSeed, PayeeDemo>()
        .AddSingleton(provider => new NavigationItem(
            56, "/payees", () => provider.GetRequiredService<IStringLocalizer<PayText>>()["Payee.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat), NavigationGroup.Accounting))
        .AddSingleton(provider => new AdministrationItem(
            60, "/my-payee", Icons.BuildingBank, () => provider.GetRequiredService<IStringLocalizer<PayText>>()["Payee.Own"],
            (user, host) => !host.IsSignIn && user.Is(Roles.NightDoctor, Roles.Driver)));
}
