using System.Globalization;
using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.LocalPostgres;
using ClinicPortal.IntegrationTests.Stripe;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Crash;

/// <summary>
/// <c>kill -9</c> of the application and of PostgreSQL at random, amid a month's run, card payments and the computing of pay: no invoice or pay sheet is missing, there
/// twice or misnumbered, and no card is charged twice. The charges are counted where they are made.
/// </summary>
/// <remarks><c>PORTAL_KILL_SEED</c> repeats what a seed did; <c>PORTAL_KILLS</c> kills more often, drafting, issuing, paying and computing pay.</remarks>
public sealed class MonthKillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Host = "setagaya.localhost";
    private const int Clinics = 600;
    private const int Lines = 3;
    private const int Payments = 40;

    private static readonly Guid Tenant = StableId.Of("tenant", "setagaya");
    private static readonly int Seed = Number("PORTAL_KILL_SEED") ?? Random.Shared.Next(1_000_000);
    private static readonly int Kills = Number("PORTAL_KILLS") ?? 1;

    private readonly TemporaryDataDirectory directory = new();
    private readonly Random random = new(Seed);
    private readonly Victim[] order = Enum.GetValues<Victim>();
    private StripeDouble? stripe;
    private PortalProcess? portal;
    private string owner = "";
    private int killed;

    private enum Victim
    {
        Application,
        Postgres,
        Both,
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StripeDouble Stripe => stripe!;

    private PortalProcess Portal => portal!;

    public async ValueTask InitializeAsync()
    {
        stripe = await StripeDouble.StartAsync(TimeProvider.System);
        portal = new PortalProcess(directory.Path, null, ("Stripe:Api", Stripe.Address.ToString()), ("Demo:Evening", "false"), ("Demo:Money", "false"));
        random.Shuffle(order);
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await directory.DisposeAsync();
        await Stripe.DisposeAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task Kills_AmidTheMonthlyRunCardPaymentsAndPay_LeaveEveryInvoiceChargeSheetAndEntryOnce()
    {
        output.WriteLine($"PORTAL_KILL_SEED={Seed}");
        await Portal.StartAsync(Cancellation);
        await using (var server = await directory.JoinOrStartAsync())
        {
            // Connections that are kept would be broken ones.
            owner = new NpgsqlConnectionStringBuilder(server.ConnectionStrings.Owner) { Pooling = false }.ConnectionString;
        }
        var month = await FillAsync();
        using var secretariat = await Browser.SignInAsync(PortalNode.Elsewhere(Portal.Port), "secretariat@setagaya.example", Host);
        await PressAsync(secretariat, "/payment-settings", "/payment-settings",
            ("enabled", "true"), ("passwordSecretKey", StripeDouble.SecretKey), ("passwordSigningSecret", StripeDouble.SigningSecret), ("days", "3, 10"), ("interest", "0"));

        await PressAsync(secretariat, "/invoices", "/invoices/runs", ("month", month));
        await KillAsync("SELECT coalesce(sum(drafted), 0)::bigint FROM billing.invoice_run", Clinics);
        await UntilAsync("SELECT status = 'InReview' FROM billing.invoice_run");
        var run = await ReadAsync<Guid>("SELECT id FROM billing.invoice_run");
        await PressAsync(secretariat, $"/invoices/runs/{run}", $"/invoices/runs/{run}/issue");
        await KillAsync("SELECT (SELECT sum(issued) FROM billing.invoice_run) + (SELECT count(*) FROM billing.receivable)", 2 * Clinics);
        await UntilAsync("SELECT status = 'Issued' FROM billing.invoice_run");
        await UntilAsync("SELECT NOT EXISTS (SELECT FROM app.work_item WHERE kind = 'billing.post-invoices' AND done_at IS NULL)");
        await AssertInvoicesAsync();

        await AskForPaymentsAsync();
        await KillAsync(() => Stripe.Calls.Count(c => c is { Method: "POST", Path: "/v1/payment_intents" }), Payments);
        await UntilAsync("SELECT NOT EXISTS (SELECT FROM billing.payment WHERE status <> 'Succeeded')");
        await AssertPaymentsAsync();

        var worked = new WorkedMonth(owner, Tenant);
        await worked.FillAsync(month);
        await PressAsync(secretariat, $"/pay-sheets?month={month}", "/pay-sheets/compute", ("month", month));
        await KillAsync("SELECT coalesce(sum(computed), 0)::bigint FROM billing.pay_run", WorkedMonth.People);
        await UntilAsync("SELECT finished_at IS NOT NULL FROM billing.pay_run");
        await worked.AssertPaidOnceAsync();
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Last month's lines. Documents wait: a thousand PDFs are not what is killed here.</summary>
    /// <returns>The month, as the form has it.</returns>
    private async Task<string> FillAsync()
    {
        var month = await ReadAsync<DateOnly>("SELECT (date_trunc('month', now() AT TIME ZONE 'Asia/Tokyo') - interval '1 month')::date");
        await TemporaryDataDirectory.ExecuteAsync(owner, $"""
            CREATE FUNCTION app.hold_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.due_at := 'infinity'; RETURN NEW; END $$;
            CREATE TRIGGER hold_back BEFORE INSERT ON app.work_item FOR EACH ROW WHEN (NEW.kind = 'billing.store-documents') EXECUTE FUNCTION app.hold_back();
            INSERT INTO billing.invoice_line (tenant_id, id, clinic_id, clinic_name, month, night, case_id, case_number, visit_id, source_kind, source_id, kind, fee_class, plan, quantity, unit_yen, amount_yen, tax_category, occurred_at)
            SELECT '{Tenant}', gen_random_uuid(), md5('killed' || c)::uuid, 'クリニック ' || lpad(c::text, 5, '0'), '2000-01-01', '{month:yyyy-MM-dd}'::date + l, gen_random_uuid(), 'SG-' || l,
              gen_random_uuid(), 'Visit', gen_random_uuid(), 'Visit', 'Night', 'standard', 1, 18000 + c, 18000 + c, 'Taxable10', now()
            FROM generate_series(1, {Clinics}) c, generate_series(1, {Lines}) l
            """);
        return month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
    }

    /// <summary>A person presses a button of a page, which may have to be opened again while PostgreSQL comes back.</summary>
    private async Task PressAsync(Browser who, string path, string action, params (string Name, string Value)[] fields)
    {
        var url = PortalNode.Elsewhere(Portal.Port).Url(path, Host);
        BrowserPage page;
        while ((page = await who.GetAsync(url)).Status != HttpStatusCode.OK)
        {
            Assert.True(page.Status >= HttpStatusCode.InternalServerError, $"{path}: {page.Status}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
        var answer = await who.PostAsync(page, action, fields);
        Assert.True(answer.Status == HttpStatusCode.SeeOther, $"{action}: {answer.Status} {answer.Refusal}");
    }

    private Task KillAsync(string progress, int of) => KillAsync(() => ReadAsync<long>(progress), of);

    private Task KillAsync(Func<int> progress, int of) => KillAsync(() => Task.FromResult((long)progress()), of);

    /// <summary>Kills whenever the work has come to a random place, and a random moment later.</summary>
    private async Task KillAsync(Func<Task<long>> progress, int of)
    {
        foreach (var place in Enumerable.Range(0, Kills).Select(_ => random.Next(of)).Order().ToList())
        {
            while (await TryAsync(progress) is not { } done || done < place)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), Cancellation);
            }
            await Task.Delay(random.Next(25), Cancellation);
            var victim = order[killed++ % order.Length];
            output.WriteLine($"{victim} killed at {await TryAsync(progress)} of {of}");
            var gone = new List<Task>();
            if (victim is Victim.Application or Victim.Both)
            {
                gone.Add(Portal.KillAsync());
            }
            if (victim is Victim.Postgres or Victim.Both)
            {
                gone.Add(directory.KillPostmasterAsync());
            }
            await Task.WhenAll(gone);
            if (victim != Victim.Postgres)
            {
                await Portal.StartAsync(Cancellation);
            }
        }
    }

    private async Task AssertInvoicesAsync()
    {
        var invoices = await ReadAsync<long>("SELECT count(*) FROM billing.invoice");
        Assert.True(invoices >= Clinics);
        foreach (var (what, sql) in new[]
        {
            ("numbers from the first to the last, each once", """
                SELECT count(*) = count(DISTINCT number_in_year) AND count(*) = max(number_in_year) AND count(*) = (SELECT sum(last) FROM billing.invoice_number)
                FROM billing.invoice WHERE status = 'Issued' AND number_year = (SELECT max(number_year) FROM billing.invoice)
                """),
            ("an invoice for every clinic, and one", "SELECT count(*) = count(DISTINCT clinic_id) AND bool_and(status = 'Issued') FROM billing.invoice"),
            ("every line on one invoice", """
                SELECT count(*) = count(DISTINCT t.line_id) AND count(*) = (SELECT count(*) FROM billing.invoice_line l, billing.invoice_run r WHERE l.night <= r.closing_on)
                FROM billing.invoice_item t WHERE standing
                """),
            ("no line of the month open", "SELECT NOT EXISTS (SELECT FROM billing.open_line l, billing.invoice_run r WHERE l.night <= r.closing_on)"),
            ("what the lines come to", """
                SELECT bool_and(i.net10_yen = said.yen AND i.line_count = said.lines AND i.tax10_yen = said.yen / 10) FROM billing.invoice i, LATERAL (
                  SELECT sum(l.amount_yen) AS yen, count(*) AS lines FROM billing.invoice_item t JOIN billing.invoice_line l ON l.id = t.line_id WHERE t.invoice_id = i.id) said
                """),
            ("the run's own count", "SELECT drafted = issued AND issued = (SELECT count(*) FROM billing.invoice) FROM billing.invoice_run"),
            ("a receivable and an entry for each", """
                SELECT (SELECT count(*) FROM billing.receivable) = count(*) AND (SELECT count(*) FROM billing.journal_entry WHERE kind = 'InvoiceIssued') = count(*)
                  AND (SELECT sum(debit_yen) FROM billing.journal_posting WHERE account = 'Receivables') = sum(total_yen) FROM billing.invoice
                """),
            ("a document for each", "SELECT (SELECT count(*) FROM app.work_item WHERE kind = 'billing.store-documents') = count(*) FROM billing.invoice"),
        })
        {
            Assert.True(await ReadAsync<bool>(sql), what);
        }
        await AssertBalancedAsync();
    }

    /// <summary>Clinics with a kept card have asked to pay, committed and not yet carried out.</summary>
    private async Task AskForPaymentsAsync()
    {
        var clinics = await ReadAllAsync<Guid>($"SELECT clinic_id FROM billing.receivable WHERE clinic_name LIKE 'クリニック %' ORDER BY number LIMIT {Payments}");
        foreach (var (index, clinic) in clinics.Index())
        {
            var customer = Stripe.Account.Do("POST", "/v1/customers", new() { ["name"] = $"{index}" })["id"]!.GetValue<string>();
            var page = Stripe.Account.Do("POST", "/v1/checkout/sessions", new()
            {
                ["mode"] = "setup", ["customer"] = customer, ["currency"] = "jpy", ["payment_method_types[0]"] = "card", ["success_url"] = "https://example.jp/", ["cancel_url"] = "https://example.jp/",
            })["id"]!.GetValue<string>();
            Stripe.Account.Control(["checkout", page, "register"]);
            var card = Stripe.Account.Of("setup_intent")[0].Text("payment_method");
            await TemporaryDataDirectory.ExecuteAsync(owner, string.Create(CultureInfo.InvariantCulture, $$"""
                INSERT INTO billing.payer (tenant_id, id, clinic_name, reference, customer_id, card_id, card_label, charge_automatically, known_payers, debit_is_new)
                VALUES ('{{Tenant}}', '{{clinic}}', 'クリニック', '{{9_000_000 + index}}', '{{customer}}', '{{card}}', 'VISA', false, '{}', false)
                """));
        }
        // All at once, so that both nodes' hands are full.
        await TemporaryDataDirectory.ExecuteAsync(owner, $$"""
            WITH asked AS (
              INSERT INTO billing.payment (tenant_id, id, clinic_id, clinic_name, channel, status, amount_yen, "for", off_session, created_at, created_by)
              SELECT r.tenant_id, gen_random_uuid(), r.clinic_id, r.clinic_name, 'Card', 'Pending', r.total_yen, ARRAY[r.id], true, now(), '会計'
              FROM billing.receivable r JOIN billing.payer p ON p.tenant_id = r.tenant_id AND p.id = r.clinic_id WHERE p.card_label = 'VISA' AND p.reference >= '9000000'
              RETURNING tenant_id, id)
            INSERT INTO app.work_item (id, tenant_id, kind, payload, dedupe_key, due_at, created_at)
            SELECT gen_random_uuid(), tenant_id, 'billing.carry-out-payment', jsonb_build_object('Payment', id), 'billing.carry-out-payment:' || id, now(), now() FROM asked
            """);
    }

    private async Task AssertPaymentsAsync()
    {
        var (charges, intents) = (Stripe.Account.Of("charge"), Stripe.Account.Of("payment_intent"));
        Assert.Equal(Payments, charges.Count);
        Assert.Equal(Payments, charges.Select(c => c.Text("customer")).Distinct().Count());
        Assert.Equal(Payments, intents.Count(i => i.Text("status") == "succeeded"));
        Assert.Equal(charges.Sum(c => c.Number("amount")), await ReadAsync<decimal>("SELECT sum(amount_yen) FROM billing.payment"));
        Assert.Equal(intents.Select(i => i.Text("id")).Order(), (await ReadAllAsync<string>("SELECT gateway_id FROM billing.payment")).Order());
        foreach (var (what, sql) in new[]
        {
            ("each payment booked once", "SELECT (SELECT count(*) FROM billing.journal_entry WHERE kind = 'PaymentReceived') = count(*) FROM billing.payment"),
            ("each put against its invoice once, and wholly", """
                SELECT bool_and(a.yen = p.amount_yen AND a.times = 1) FROM billing.payment p, LATERAL (
                  SELECT sum(amount_yen) AS yen, count(*) AS times FROM billing.allocation a WHERE a.payment_id = p.id AND a.receivable_id = p."for"[1]) a
                """),
            ("an entry for each allocation", "SELECT (SELECT count(*) FROM billing.journal_entry WHERE kind = 'Allocated') = count(*) FROM billing.allocation"),
            ("nothing paid ahead", "SELECT sum(debit_yen) = sum(credit_yen) FROM billing.journal_posting WHERE account = 'Advances'"),
        })
        {
            Assert.True(await ReadAsync<bool>(sql), what);
        }
        await AssertBalancedAsync();
    }

    private async Task AssertBalancedAsync() => Assert.True(await ReadAsync<bool>("""
        SELECT NOT EXISTS (SELECT FROM billing.journal_entry e WHERE (
          SELECT coalesce(sum(debit_yen - credit_yen), 1) FROM billing.journal_posting p WHERE p.tenant_id = e.tenant_id AND p.entry_id = e.id) <> 0)
        """), "the journal balances, entry by entry");

    private async Task UntilAsync(string sql)
    {
        while (await TryAsync(() => ReadAsync<bool>(sql)) is not true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation);
        }
    }

    /// <returns>Null while PostgreSQL is not there.</returns>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> read) where T : struct
    {
        try
        {
            return await read();
        }
        catch (Exception gone) when (gone is NpgsqlException or IOException)
        {
            return null;
        }
    }

    private Task<T> ReadAsync<T>(string sql) => TemporaryDataDirectory.ReadAsync<T>(owner, sql);

    private async Task<IReadOnlyList<T>> ReadAllAsync<T>(string sql) => await ReadAsync<T[]>($"SELECT array_agg(v) FROM ({sql}) AS all_of (v)");
}
