using ClinicPortal.Modules.Billing.Adapters.Stripe;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.CarryOut;
using ClinicPortal.Modules.Billing.ConfigurePayments;
using ClinicPortal.Modules.Billing.Contracts;
using ClinicPortal.Modules.Billing.DebitAccounts;
using ClinicPortal.Modules.Billing.Dun;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Modules.Billing.PayInvoices;
using ClinicPortal.Modules.Billing.PostInvoices;
using ClinicPortal.Modules.Billing.Reconcile;
using ClinicPortal.Modules.Billing.SettlePayments;
using ClinicPortal.Modules.Billing.ShowJournal;
using ClinicPortal.Modules.Billing.ShowStatement;
using ClinicPortal.Modules.Billing.TakeGatewayEvent;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Billing;

/// <summary>Payments, allocation, books, banks' files and reminders.</summary>
internal static class PaymentsRegistration
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(25);

    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddOptions<StripeOptions>().BindConfiguration("Stripe")
            .Validate(stripe => Uri.TryCreate(stripe.Api, UriKind.Absolute, out var api) && api.Scheme is "https" or "http", "Stripe:Api must be an address.").ValidateOnStart();
        services.AddHttpClient<StripeApi>(client => client.Timeout = AnswerWithin).ToPublicHostsOnly();
        return services
            .AddErrorTexts<PaymentText>()
            .AddScoped<IPaymentGateway, StripeGateway>()
            .AddScoped<GatewayAccounts>()
            .AddScoped<OpenReceivables>()
            .AddScoped<Bookkeeping>()
            .AddScoped<AdoptRefund>()
            .AddScoped<FollowPayments>()
            .AddScoped<FollowDisputes>()
            .AddScoped<TellOfDispute>()
            .AddScoped<TakenBack>()
            .AddScoped<PostInvoicesHandler>()
            .AddScoped<PostVoid>()
            .AddScoped<CarryOutPayment>()
            .AddScoped<ReadPayment>()
            .AddScoped<CancelPayment>()
            .AddScoped<CarryOutRefund>()
            .AddScoped<OpenCardSetup>()
            .AddScoped<ReadCard>()
            .AddScoped<FollowGatewayEvent>()
            .AddScoped<LookAtReceivables>()
            .AddScoped<RemindPayer>()
            .AddScoped<RunReconciliation>()
            .AddScoped<PayInvoicesHandler>()
            .AddScoped<ShowPay>()
            .AddScoped<ImportTransfersHandler>()
            .AddScoped<SettlePayment>()
            .AddScoped<ShowPayments>()
            .AddScoped<ShowStatementHandler>()
            .AddScoped<ShowJournalHandler>()
            .AddScoped<ConfigurePaymentsHandler>()
            .AddScoped<DebitAccountsHandler>()
            .AddScoped<ReconcileHandler>()
            .AddNavigation(52, "/payments", "Payments.Navigation", Roles.Secretariat)
            .AddNavigation(52, "/pay", "Pay.Title", Roles.ClinicDoctor, Roles.ClinicStaff);
    }

    public static void MapPaymentScreens(this IEndpointRouteBuilder app)
    {
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Subscribe<InvoicesIssued, PostInvoicesHandler>();
        work.Subscribe<InvoiceVoided, PostVoid>();
        work.Add<CarryOutPayment>();
        work.Add<ReadPayment>();
        work.Add<CancelPayment>();
        work.Add<CarryOutRefund>();
        work.Add<OpenCardSetup>();
        work.Add<ReadCard>();
        work.Add<FollowGatewayEvent>();
        work.Add<TellOfDispute>();
        work.Add<LookAtReceivables>();
        work.Add<RemindPayer>();
        work.Add<RunReconciliation>();
        app.MapGatewayEvents();
        app.MapPay();
        app.MapPayments();
        app.MapStatements();
        app.MapJournal();
        app.MapPaymentSettings();
        app.MapDebits();
        app.MapReconciliations();
    }

    private static IServiceCollection AddNavigation(this IServiceCollection services, int order, string path, string label, params string[] roles) =>
        services.AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IStringLocalizer<PaymentText>>();
            return new NavigationItem(order, path, () => text[label], (user, host) => host.Tenant is not null && user.Is(roles), NavigationGroup.Accounting);
        });
}
