using ClinicPortal.Modules.Billing.CorrectInvoice;
using ClinicPortal.Modules.Billing.ExportInvoices;
using ClinicPortal.Modules.Billing.KeepArchive;
using ClinicPortal.Modules.Billing.ListInvoices;
using ClinicPortal.Modules.Billing.RunMonth;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Modules.Billing.StoreInvoice;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing;

/// <summary>請求書: monthly runs, issued documents, corrections, archive.</summary>
internal static class BillingInvoices
{
    public static IServiceCollection AddInvoices(this IServiceCollection services) => services
        .AddErrorTexts<InvoiceText>()
        .AddScoped<InvoiceNumbers>()
        .AddScoped<InvoiceReader>()
        .AddScoped<RunMonth.RunMonth>()
        .AddScoped<ShowRun>()
        .AddScoped<DraftInvoices>()
        .AddScoped<DraftPart>()
        .AddScoped<IssueInvoices>()
        .AddScoped<StoreDocuments>()
        .AddScoped<MailInvoice>()
        .AddScoped<ListInvoices.ListInvoices>()
        .AddScoped<ShowInvoice.ShowInvoice>()
        .AddScoped<VoidInvoice>()
        .AddScoped<CorrectInvoice.CorrectInvoice>()
        .AddScoped<ExportInvoices.ExportInvoices>()
        .AddScoped<YearBundle>()
        .AddScoped<VerifyArchive>()
        .AddHostedService<ArchiveWatch>()
        .AddSingleton(provider => new NavigationItem(
            51, "/invoices", () => provider.GetRequiredService<IStringLocalizer<InvoiceText>>()["Invoices.Title"],
            (user, host) => host.Tenant is not null && user.Is(InvoiceReader.Readers), NavigationGroup.Accounting));

    public static void MapInvoices(this IEndpointRouteBuilder app)
    {
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Add<DraftInvoices>();
        work.Add<DraftPart>();
        work.Add<IssueInvoices>();
        work.Add<StoreDocuments>();
        work.Add<MailInvoice>();
        work.Add<VerifyArchive>();
        app.MapInvoiceApi();
        app.MapInvoicePages();
        app.MapInvoiceRuns();
    }
}
