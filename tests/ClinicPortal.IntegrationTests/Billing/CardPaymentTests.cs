using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Stripe;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>Payments through the payment service: once, whatever breaks off and in whatever order news comes.</summary>
public sealed class CardPaymentTests(PaymentsFixture portal) : IClassFixture<PaymentsFixture>
{
    private const string Clerk = "clinic1.doctor@setagaya.example";

    [Fact]
    public async Task InvoicesPaidOnTheServicesPage_AreSettled_WhateverTheOrderOfNews()
    {
        var (one, two) = (await portal.InvoiceAsync(1, 55_000), await portal.InvoiceAsync(1, 33_000));
        using var clinic = await portal.SignInAsync(Clerk);
        var payment = await AskAsync(clinic, "CardPage", one, two);
        Assert.Contains("https://checkout.stripe.com/", (await portal.OpenAsync(clinic, $"/pay/{payment}")).Document.QuerySelector("main a.button-primary")!.GetAttribute("href"), StringComparison.Ordinal);

        var before = portal.Stripe.Account.Events.Count;
        await portal.AtStripeAsync($"checkout/{await CheckoutAsync(payment)}/decline");
        await portal.AtStripeAsync($"checkout/{await CheckoutAsync(payment)}/pay");
        var news = portal.Stripe.Account.Events.Skip(before).ToList();
        Assert.Contains(news, n => n.Text("type") == "payment_intent.payment_failed");
        // The last first, and all of them twice.
        foreach (var told in Enumerable.Reverse(news).Concat(news))
        {
            Assert.Equal(HttpStatusCode.OK, await portal.TellAsync(told));
        }
        await portal.WorkAsync();

        Assert.Equal("Succeeded", await StatusAsync(payment));
        Assert.Equal(0, await OpenAsync(one) + await OpenAsync(two));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.journal_entry WHERE kind = 'PaymentReceived' AND source_id = $1", payment));
        Assert.Equal(news.Count, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM billing.gateway_event WHERE event_id = ANY ($1)", (object)news.Select(n => n.Text("id")).ToArray()));
    }

    [Fact]
    public async Task InvoiceUnderWay_IsNotPaidASecondTime()
    {
        var invoice = await portal.InvoiceAsync(1, 22_000);
        using var clinic = await portal.SignInAsync(Clerk);
        var page = await portal.OpenAsync(clinic, "/pay");
        var first = await portal.PostAsync(clinic, page, "/pay", ("invoices", $"{invoice}"), ("by", "CardPage"));
        var second = await portal.PostAsync(clinic, await portal.OpenAsync(clinic, "/pay"), "/pay", ("invoices", $"{invoice}"), ("by", "Transfer"));

        Assert.Equal(HttpStatusCode.SeeOther, first.Status);
        Assert.Equal(HttpStatusCode.Conflict, second.Status == HttpStatusCode.UnprocessableEntity ? HttpStatusCode.Conflict : second.Status);
        Assert.Equal(1, await portal.Database.ReadAsync<long>("""SELECT count(*) FROM billing.payment WHERE $1 = ANY ("for")""", invoice));
    }

    [Fact]
    public async Task InvoiceOfAnotherClinic_IsAnsweredLikeNone()
    {
        var foreign = await portal.InvoiceAsync(2, 11_000);
        using var clinic = await portal.SignInAsync(Clerk);
        var page = await portal.OpenAsync(clinic, "/pay");
        if (page.Document.QuerySelector("form[action='/pay']") is null)
        {
            await portal.InvoiceAsync(1, 1_000);
            page = await portal.OpenAsync(clinic, "/pay");
        }

        var answers = new List<(HttpStatusCode, string?)>();
        foreach (var id in new[] { foreign, Guid.NewGuid() })
        {
            var answer = await portal.PostAsync(clinic, await portal.OpenAsync(clinic, "/pay"), "/pay", ("invoices", $"{id}"), ("by", "CardPage"));
            answers.Add((answer.Status, answer.Refusal));
        }

        Assert.Equal(HttpStatusCode.NotFound, answers[0].Item1);
        Assert.Equal(answers[0], answers[1]);
    }

    /// <summary>The answer is lost after Stripe has charged; the work is done again, on another attempt or by another node.</summary>
    [Fact]
    public async Task KeptCard_WhoseChargeWasDoneButNeverHeardOf_IsChargedOnce()
    {
        await RegisterCardAsync(1);
        var invoice = await portal.InvoiceAsync(1, 44_000);
        using var clinic = await portal.SignInAsync(Clerk);
        var charges = portal.Stripe.Account.Of("charge").Count;
        // Every attempt of the first run is lost: as after a kill, the item is taken again.
        for (var i = 0; i < 4; i++)
        {
            portal.Stripe.Fail(new StripeFault("/v1/payment_intents", Lost: true));
        }

        var payment = await AskAsync(clinic, "KeptCard", invoice);
        portal.Clock.Advance(TimeSpan.FromMinutes(5));
        await portal.WorkAsync();

        Assert.Equal("Succeeded", await StatusAsync(payment));
        Assert.Equal(0, await OpenAsync(invoice));
        Assert.Equal(charges + 1, portal.Stripe.Account.Of("charge").Count);
        Assert.True(portal.Stripe.Calls.Count(c => c.IdempotencyKey == $"charge:{payment}") > 1);
    }

    [Fact]
    public async Task Charge_ThatIsTakenUpDaysLater_IsLookedForBeforeItIsMade()
    {
        await RegisterCardAsync(1);
        var invoice = await portal.InvoiceAsync(1, 45_000);
        using var clinic = await portal.SignInAsync(Clerk);
        for (var i = 0; i < 4; i++)
        {
            portal.Stripe.Fail(new StripeFault("/v1/payment_intents", Lost: true));
        }
        var payment = await AskAsync(clinic, "KeptCard", invoice, work: false);
        await WorkOnceAsync();
        var charges = portal.Stripe.Account.Of("charge").Count;
        portal.Stripe.ForgetKeys();
        portal.Clock.Advance(TimeSpan.FromHours(30));
        await portal.WorkAsync();

        Assert.Equal("Succeeded", await StatusAsync(payment));
        Assert.Equal(charges, portal.Stripe.Account.Of("charge").Count);
    }

    [Fact]
    public async Task CardThatIsDeclined_IsAPaymentThatFailed_AndTheInvoiceStaysOpen()
    {
        await RegisterCardAsync(1);
        var card = await portal.Database.ReadAsync<string>("SELECT card_id FROM billing.payer WHERE id = $1", portal.Clinic(1));
        portal.Stripe.Account.Decline(card);
        var invoice = await portal.InvoiceAsync(1, 12_000);
        using var clinic = await portal.SignInAsync(Clerk);

        var payment = await AskAsync(clinic, "KeptCard", invoice);
        await portal.Database.ExecuteAsync("UPDATE billing.payer SET card_id = NULL, card_label = NULL, setup_checkout_id = NULL WHERE id = $1", portal.Clinic(1));

        Assert.Equal("Failed", await StatusAsync(payment));
        Assert.Equal("insufficient_funds", await portal.Database.ReadAsync<string>("SELECT failure_code FROM billing.payment WHERE id = $1", payment));
        Assert.Equal(12_000, await OpenAsync(invoice));
    }

    [Fact]
    public async Task TransferToTheClinicsOwnAccount_IsSettledWhenItComes_AndRefundedInPart()
    {
        var invoice = await portal.InvoiceAsync(2, 66_000);
        using var clinic = await portal.SignInAsync("clinic2.doctor@setagaya.example");
        var payment = await AskAsync(clinic, "Transfer", invoice);
        Assert.Contains("三井住友銀行", (await portal.OpenAsync(clinic, $"/pay/{payment}")).Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var customer = await portal.Database.ReadAsync<string>("SELECT customer_id FROM billing.payer WHERE id = $1", portal.Clinic(2));
        var before = portal.Stripe.Account.Events.Count;
        portal.Stripe.Account.Do("POST", $"/v1/test_helpers/customers/{customer}/fund_cash_balance", new() { ["amount"] = "66000", ["currency"] = "jpy" });
        foreach (var told in portal.Stripe.Account.Events.Skip(before))
        {
            await portal.TellAsync(told);
        }
        await portal.WorkAsync();
        Assert.Equal(0, await OpenAsync(invoice));

        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        var path = $"/payments/{payment}";
        var allocation = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.allocation WHERE payment_id = $1", payment);
        Assert.Equal(HttpStatusCode.SeeOther, (await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, path), $"{path}/take-back", ("allocation", $"{allocation}"))).Status);
        var tooMuch = await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, path), $"{path}/refund", ("amount", "66,001"), ("reason", "二重のお支払い"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooMuch.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, path), $"{path}/refund", ("amount", "６,０００"), ("reason", "二重のお支払い"))).Status);
        await portal.WorkAsync();

        Assert.Equal("Succeeded", await portal.Database.ReadAsync<string>("SELECT status FROM billing.refund WHERE payment_id = $1", payment));
        Assert.Equal(-60_000, await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(2)));
        Assert.Equal(66_000, await OpenAsync(invoice));
    }

    /// <summary>Somebody gives money back on the service's own screen: told twice, it is in the books once, and the invoice is open by as much.</summary>
    [Fact]
    public async Task RefundMadeAtTheService_IsFollowedByTheBooks()
    {
        var invoice = await portal.InvoiceAsync(5, 44_000);
        using var clinic = await portal.SignInAsync("clinic5.doctor@setagaya.example");
        var payment = await AskAsync(clinic, "Transfer", invoice);
        var customer = await portal.Database.ReadAsync<string>("SELECT customer_id FROM billing.payer WHERE id = $1", portal.Clinic(5));
        await HappenAsync("POST", $"/v1/test_helpers/customers/{customer}/fund_cash_balance", new() { ["amount"] = "44000", ["currency"] = "jpy" });
        Assert.Equal(0, await OpenAsync(invoice));
        var intent = await portal.Database.ReadAsync<string>("SELECT gateway_id FROM billing.payment WHERE id = $1", payment);

        await HappenAsync("POST", "/v1/refunds", new() { ["payment_intent"] = intent, ["amount"] = "14000" });

        Assert.Equal(14_000, await OpenAsync(invoice));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.refund WHERE payment_id = $1 AND status = 'Succeeded'", payment));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(5)));

        async Task HappenAsync(string method, string path, Dictionary<string, string> form)
        {
            var before = portal.Stripe.Account.Events.Count;
            portal.Stripe.Account.Do(method, path, form);
            foreach (var told in portal.Stripe.Account.Events.Skip(before).SelectMany(e => new[] { e, e }))
            {
                await portal.TellAsync(told);
            }
            await portal.WorkAsync();
        }
    }

    /// <summary>The news of it come last first and twice, before anybody here has heard that it was paid; then it is won, and reconciled.</summary>
    [Fact]
    public async Task DisputedPayment_IsTakenOutOfTheBooks_AndBackWhenItIsWon()
    {
        var invoice = await portal.InvoiceAsync(8, 48_000);
        using var clinic = await portal.SignInAsync("clinic8.doctor@setagaya.example");
        var payment = await AskAsync(clinic, "CardPage", invoice);
        var checkout = await CheckoutAsync(payment);
        var before = portal.Stripe.Account.Events.Count;
        await portal.AtStripeAsync($"checkout/{checkout}/pay");
        var intent = portal.Stripe.Account.Do("GET", $"/v1/checkout/sessions/{checkout}", [])["payment_intent"]!.GetValue<string>();
        await portal.AtStripeAsync($"dispute/{intent}/open");
        var answerBy = portal.Clock.Now.AddDays(9).AddHours(9);
        await TellAsync();

        Assert.Equal(48_000, await OpenAsync(invoice));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.journal_entry WHERE kind = 'Disputed' AND clinic_id = $1", portal.Clinic(8)));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(8)));
        // What Stripe charges for it, once.
        Assert.Equal(1_500, await FeesAsync(intent));
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        Assert.Contains("回答が必要", (await portal.OpenAsync(secretariat, "/payments")).Document.QuerySelector("[aria-labelledby=disputed]")!.TextContent, StringComparison.Ordinal);
        var shown = (await portal.OpenAsync(secretariat, $"/payments/{payment}")).Document.QuerySelector("main")!.TextContent;
        Assert.Contains(FormattableString.Invariant($"{answerBy.Month}月{answerBy.Day}日("), shown, StringComparison.Ordinal);
        Assert.Contains("身に覚えがない", shown, StringComparison.Ordinal);
        var name = await portal.Database.ReadAsync<string>("SELECT clinic_name FROM billing.payment WHERE id = $1", payment);
        var mails = portal.Database.Mails.To("secretariat@setagaya.example").Where(m => m.Subject.Contains("異議", StringComparison.Ordinal) && m.Subject.Contains(name, StringComparison.Ordinal));
        Assert.Single(mails);

        before = portal.Stripe.Account.Events.Count;
        await portal.AtStripeAsync($"dispute/{intent}/win");
        await TellAsync();

        Assert.Equal(0, await OpenAsync(invoice));
        Assert.Equal(0, await FeesAsync(intent));
        Assert.Equal(2, mails.Count());
        var back = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.payment WHERE reinstates_id = $1", payment);
        Assert.Contains("もとの入金", (await portal.OpenAsync(secretariat, $"/payments/{back}")).Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await portal.OpenAsync(secretariat, "/payments")).Document.QuerySelector("[aria-labelledby=disputed]"));
        var day = DateOnly.FromDateTime(portal.Clock.Now.AddHours(9).DateTime);
        await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, "/reconciliations"), "/reconciliations", ("from", $"{day.AddDays(-1):yyyy-MM-dd}"), ("until", $"{day:yyyy-MM-dd}"));
        await portal.WorkAsync();
        var moved = portal.Stripe.Account.Of("balance_transaction").Where(m => m.Text("type") == "adjustment").Select(m => m.Text("id")).ToArray();
        Assert.True(moved.Length >= 2);
        Assert.Equal(0, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM billing.reconciliation, jsonb_array_elements(differences) d WHERE d ->> 'reference' = ANY ($1)", (object)moved));

        async Task TellAsync()
        {
            var news = portal.Stripe.Account.Events.Skip(before).ToList();
            foreach (var told in Enumerable.Reverse(news).Concat(news))
            {
                Assert.Equal(HttpStatusCode.OK, await portal.TellAsync(told));
            }
            await portal.WorkAsync();
        }
    }

    /// <summary>An inquiry moves nothing; a dispute that is lost leaves the invoice open, and what else was paid stays paid.</summary>
    [Fact]
    public async Task DisputeThatIsLost_LeavesTheInvoiceOpen_AndAnInquiryMovesNothing()
    {
        var (asked, lost) = (await portal.InvoiceAsync(9, 21_000), await portal.InvoiceAsync(9, 32_000));
        using var clinic = await portal.SignInAsync("clinic9.doctor@setagaya.example");
        foreach (var (invoice, what) in new[] { (asked, (string[])["inquire"]), (lost, ["open", "answer", "lose"]) })
        {
            var payment = await AskAsync(clinic, "CardPage", invoice);
            var before = portal.Stripe.Account.Events.Count;
            await portal.AtStripeAsync($"checkout/{await CheckoutAsync(payment)}/pay");
            var intent = portal.Stripe.Account.Do("GET", $"/v1/checkout/sessions/{await CheckoutAsync(payment)}", [])["payment_intent"]!.GetValue<string>();
            foreach (var step in what)
            {
                await portal.AtStripeAsync($"dispute/{intent}/{step}");
            }
            foreach (var told in portal.Stripe.Account.Events.Skip(before).ToList())
            {
                await portal.TellAsync(told);
            }
            await portal.WorkAsync();
        }

        Assert.Equal(0, await OpenAsync(asked));
        Assert.Equal(32_000, await OpenAsync(lost));
        Assert.Equal(["Inquiry", "Lost"], await portal.Database.ReadAllAsync<string>(
            "SELECT d.status FROM billing.dispute d JOIN billing.payment p ON p.tenant_id = d.tenant_id AND p.id = d.payment_id WHERE p.clinic_id = $1 ORDER BY 1", portal.Clinic(9)));
    }

    [Fact]
    public async Task Event_WithoutAGenuineSignature_IsNotTaken()
    {
        var news = new System.Text.Json.Nodes.JsonObject { ["id"] = "evt_forged", ["type"] = "payment_intent.succeeded", ["created"] = 1 };

        Assert.Equal(HttpStatusCode.BadRequest, await portal.TellAsync(news, "t=1,v1=00"));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.TellAsync(news, StripeDouble.Sign(news, portal.Clock.Now, "whsec_other").Signature));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.TellAsync(news, StripeDouble.Sign(news, portal.Clock.Now.AddMinutes(-6)).Signature));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.TellAsync(news, host: "koto.localhost"));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.TellAsync(news, host: "desk.localhost"));
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.gateway_event WHERE event_id = 'evt_forged'"));
    }

    [Fact]
    public async Task Reconciliation_ListsWhatTheBooksDoNotHave_AndBooksFees()
    {
        portal.Stripe.Account.Do("POST", "/v1/payment_intents", new() { ["amount"] = "777", ["currency"] = "jpy" });
        var stranger = portal.Stripe.Account.Do("POST", "/v1/customers", new() { ["name"] = "他の支払い" })["id"]!.GetValue<string>();
        portal.Stripe.Account.Do("POST", $"/v1/test_helpers/customers/{stranger}/fund_cash_balance", new() { ["amount"] = "7777", ["currency"] = "jpy" });
        portal.Stripe.Account.Do("POST", "/v1/payment_intents", new()
        {
            ["amount"] = "7777", ["currency"] = "jpy", ["customer"] = stranger, ["confirm"] = "true", ["payment_method_data[type]"] = "customer_balance",
            ["payment_method_options[customer_balance][funding_type]"] = "bank_transfer", ["payment_method_options[customer_balance][bank_transfer][type]"] = "jp_bank_transfer",
        });
        await portal.AtStripeAsync("payout/5000");
        using var secretariat = await portal.SignInAsync("secretariat@setagaya.example");
        var day = DateOnly.FromDateTime(portal.Clock.Now.AddHours(9).DateTime);
        for (var run = 0; run < 2; run++)
        {
            var asked = await portal.PostAsync(secretariat, await portal.OpenAsync(secretariat, "/reconciliations"), "/reconciliations", ("from", $"{day.AddDays(-10):yyyy-MM-dd}"), ("until", $"{day:yyyy-MM-dd}"));
            Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
            await portal.WorkAsync();
        }

        var found = await portal.Database.ReadAllAsync<string>("SELECT d ->> 'gatewayYen' FROM billing.reconciliation, jsonb_array_elements(differences) d WHERE d ->> 'kind' = 'NotInBooks'");
        Assert.Equal(["7777", "7777"], found);
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.journal_entry WHERE kind = 'Payout'"));
        var page = await portal.OpenAsync(secretariat, "/reconciliations");
        Assert.Contains("¥7,777", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    private async Task<Guid> AskAsync(Browser clinic, string by, params Guid[] invoices) => await AskAsync(clinic, by, work: true, invoices);

    private async Task<Guid> AskAsync(Browser clinic, string by, Guid invoice, bool work) => await AskAsync(clinic, by, work, invoice);

    private async Task<Guid> AskAsync(Browser clinic, string by, bool work, params Guid[] invoices)
    {
        var page = await portal.OpenAsync(clinic, "/pay");
        var asked = await portal.PostAsync(clinic, page, "/pay", [.. invoices.Select(i => ("invoices", $"{i}")), ("by", by)]);
        Assert.True(asked.Status == HttpStatusCode.SeeOther, asked.Document.QuerySelector("main")?.TextContent);
        if (work)
        {
            await portal.WorkAsync();
        }
        return Guid.Parse(asked.Location!.AbsolutePath.Split('/')[^1]);
    }

    /// <summary>The item is tried once, in vain, and waits for its next attempt.</summary>
    private async Task WorkOnceAsync()
    {
        while (await portal.Database.ReadAsync<bool>("SELECT EXISTS (SELECT 1 FROM app.work_item WHERE kind = 'billing.carry-out-payment' AND done_at IS NULL AND attempts = 0)"))
        {
            await Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<Shared.Work.WorkRunner>(portal.Node.Services)
                .RunNextAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task RegisterCardAsync(int which)
    {
        if (await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.payer WHERE id = $1 AND card_id IS NOT NULL", portal.Clinic(which)) > 0)
        {
            return;
        }
        using var clinic = await portal.SignInAsync($"clinic{which}.doctor@setagaya.example");
        var asked = await portal.PostAsync(clinic, await portal.OpenAsync(clinic, "/pay"), "/pay/card");
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
        await portal.WorkAsync();
        await portal.AtStripeAsync($"checkout/{await portal.Database.ReadAsync<string>("SELECT setup_checkout_id FROM billing.payer WHERE id = $1", portal.Clinic(which))}/register");
        await portal.OpenAsync(clinic, "/pay/card");
        await portal.WorkAsync();
        Assert.Contains("VISA •••• 4242", (await portal.OpenAsync(clinic, "/pay")).Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>What was booked as charged for the movements of a payment's disputes.</summary>
    private Task<long> FeesAsync(string intent)
    {
        var disputes = portal.Stripe.Account.Of("dispute").Where(d => d.Text("payment_intent") == intent).Select(d => d.Text("id")).ToHashSet();
        var sources = portal.Stripe.Account.Of("balance_transaction").Where(m => disputes.Contains(m["source"]?.ToString() ?? "")).Select(m => StableId.Of($"{PaymentsFixture.Tenant}", m.Text("id"))).ToArray();
        return portal.Database.ReadAsync<long>("""
            SELECT coalesce(sum(debit_yen - credit_yen), 0)::bigint FROM billing.journal_posting p JOIN billing.journal_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
            WHERE kind = 'GatewayFee' AND account = 'Fees' AND source_id = ANY ($1)
            """, (object)sources);
    }

    private Task<string> CheckoutAsync(Guid payment) => portal.Database.ReadAsync<string>("SELECT checkout_id FROM billing.payment WHERE id = $1", payment);

    private Task<string> StatusAsync(Guid payment) => portal.Database.ReadAsync<string>("SELECT status FROM billing.payment WHERE id = $1", payment);

    private Task<long> OpenAsync(Guid invoice) => portal.Database.ReadAsync<long>("""
        SELECT (total_yen - coalesce((SELECT sum(amount_yen) FROM billing.allocation WHERE receivable_id = r.id), 0) - coalesce((SELECT sum(amount_yen) FROM billing.write_off WHERE receivable_id = r.id), 0))::bigint
        FROM billing.receivable r WHERE id = $1
        """, invoice);
}
