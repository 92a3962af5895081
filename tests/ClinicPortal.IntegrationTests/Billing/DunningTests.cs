using ClinicPortal.IntegrationTests.Stripe;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Dun;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>督促, day by day.</summary>
public sealed class DunningTests(PaymentsFixture portal) : IClassFixture<PaymentsFixture>
{
    private const string Address = """
        SELECT a.user_name FROM identity.account a JOIN identity.membership m ON m.account_id = a.id WHERE m.organisation_id = $1 AND m.role = 'clinic-staff' LIMIT 1
        """;

    [Fact]
    public async Task OverdueInvoice_IsRemindedOncePerStep_UntilItIsPaidOrStopped()
    {
        var (late, stopped) = (await portal.InvoiceAsync(7, 7_000, -4), await portal.InvoiceAsync(7, 8_000, -4));
        await portal.InAsync(async services =>
        {
            var db = services.GetRequiredService<BillingContext>();
            var setting = await db.PaymentSettings.SingleAsync();
            setting.Remind(new Dunning(true, [3, 10], 30));
            (await db.Receivables.SingleAsync(r => r.Id == stopped)).StopDunning(true);
            await db.SaveChangesAsync();
            services.GetRequiredService<PortalSession>().Enqueue(
                LookAtReceivables.Next(services.GetRequiredService<ITenantResolver>().ById(PaymentsFixture.Tenant)!, portal.Clock.Now));
        });
        for (var day = 0; day < 8; day++)
        {
            portal.Clock.Advance(TimeSpan.FromDays(1));
            await portal.WorkAsync();
        }

        Assert.Equal([1, 2], await portal.Database.ReadAllAsync<int>("SELECT step FROM billing.dunning_notice WHERE receivable_id = $1 ORDER BY step", late));
        Assert.Empty(await portal.Database.ReadAllAsync<int>("SELECT step FROM billing.dunning_notice WHERE receivable_id = $1", stopped));
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        var mail = portal.Database.Mails.To(await portal.Database.ReadAsync<string>(Address, portal.Clinic(7))).Last();
        Assert.Contains("¥7,000", mail.Text, StringComparison.Ordinal);
        Assert.Contains("督促2回目", (await portal.OpenAsync(secretariat, "/receivables")).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvoiceThatFallsDue_IsChargedToTheKeptCardOfWhoWantsItSo_Once()
    {
        var invoice = await portal.InvoiceAsync(8, 16_500, 1);
        await portal.InAsync(async services =>
        {
            var payer = (await services.GetRequiredService<GatewayAccounts>().PayerAsync(portal.Clinic(8), default))!;
            var stripe = portal.Stripe.Account;
            payer.Become(stripe.Do("POST", "/v1/customers", new() { ["name"] = payer.ClinicName })["id"]!.GetValue<string>());
            var setup = stripe.Do("POST", "/v1/checkout/sessions", new() { ["mode"] = "setup", ["customer"] = payer.CustomerId!, ["success_url"] = "https://x.example/" })["id"]!.GetValue<string>();
            stripe.Control(["checkout", setup, "register"]);
            payer.KeepCard(stripe.Of("payment_method")[0].Text("id"), "VISA •••• 4242");
            payer.PayAutomatically(true);
            await services.GetRequiredService<BillingContext>().SaveChangesAsync();
            services.GetRequiredService<PortalSession>().Enqueue(LookAtReceivables.Next(services.GetRequiredService<ITenantResolver>().ById(PaymentsFixture.Tenant)!, portal.Clock.Now));
        });
        for (var day = 0; day < 3; day++)
        {
            portal.Clock.Advance(TimeSpan.FromDays(1));
            await portal.WorkAsync();
        }

        Assert.Equal(["Succeeded"], await portal.Database.ReadAllAsync<string>("""SELECT status FROM billing.payment WHERE $1 = ANY ("for")""", invoice));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(8)));
    }
}
