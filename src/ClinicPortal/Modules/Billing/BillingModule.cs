using ClinicPortal.Modules.Billing.BillVisit;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Demo;
using ClinicPortal.Modules.Billing.ListInvoiceLines;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Modules.Billing.Payees;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing;

/// <summary>What visits cost the clinics, by plan and price list.</summary>
public static class BillingModule
{
    public static IServiceCollection AddBilling(this IServiceCollection services) => services
        .AddModuleContext<BillingContext>()
        .AddScoped<ITenantPart, BillingPart>()
        .AddErrorTexts<BillingText>()
        .AddInvoices()
        .AddScoped<VisitBilling>()
        .AddScoped<BillVisitHandler>()
        .AddScoped<BillIdentifiedHandler>()
        .AddScoped<ListInvoiceLinesHandler>()
        .AddScoped<LineWords>()
        .AddMetering()
        .AddPayments()
        .AddPay()
        .AddPayees()
        .AddMoneyDemo()
        .AddSingleton(provider => new NavigationItem(
            50, "/invoice-lines", () => provider.GetRequiredService<IStringLocalizer<BillingText>>()["Lines.Title"],
            (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat, Roles.ClinicDoctor, Roles.ClinicStaff), NavigationGroup.Accounting));

    public static void MapBilling(this IEndpointRouteBuilder app)
    {
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Subscribe<ReportSubmitted, BillVisitHandler>();
        work.Subscribe<CaseIdentified, BillIdentifiedHandler>();
        app.MapInvoiceLines();
        app.MapInvoices();
        app.MapPaymentScreens();
        app.MapMetering();
        app.MapPayScreens();
        app.MapPayees();
        app.MapMoneyDemo();
    }
}
