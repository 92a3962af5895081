using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.CorrectInvoice;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.RunMonth;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Billing;

public sealed class InvoiceRunTests(PortalPostgres postgres) : IAsyncLifetime
{
    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestInvoices Invoices => new(portal.Database, portal.Node);

    public async ValueTask InitializeAsync()
    {
        await portal.InitializeAsync();
        portal.Clock.Now = TestInvoices.December;
        await new TestInvoices(portal.Database, portal.Node).WithoutCoverAsync();
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Run_OfAMonth_IssuesEveryClinicOnce_ByNumbersWithoutGaps()
    {
        await Invoices.WriteLinesAsync(7, 9);
        var run = await Invoices.RunAsync();

        await Invoices.AssertWholeAsync(7, 63);
        var invoice = await Invoices.InvoiceOfAsync(run, StableId.Of("setagaya", "clinic1"));
        Assert.Equal("SG-2026-00001/2026-12-02/2027-01-04/183000/18300/201300", await portal.Database.ReadAsync<string>("""
            SELECT concat_ws('/', (SELECT min(number) FROM billing.invoice), issued_on, due_on, net10_yen, tax10_yen, total_yen) FROM billing.invoice WHERE id = $1
            """, invoice));
        Assert.Equal("経堂こもれび在宅クリニック", await portal.Database.ReadAsync<string>("SELECT clinic_name FROM billing.invoice WHERE id = $1", invoice));
        Assert.False((await Invoices.ActAsync(s => s.GetRequiredService<RunMonth>().StartAsync("2026-11", Cancellation))).Succeeded);
        Assert.Equal("invoice-run.not-closed", (await Invoices.ActAsync(s => s.GetRequiredService<RunMonth>().StartAsync("2026-12", Cancellation))).Errors[0].Code);
    }

    [Fact]
    public async Task Draft_ThatIsLeftOut_IsNotIssued_AndItsLinesAreOnTheNextRun()
    {
        await Invoices.WriteLinesAsync(3, 4);
        var run = await Invoices.StartAsync();
        await Invoices.UntilAsync(run, InvoiceRunStatus.InReview);
        var left = await Invoices.InvoiceOfAsync(run, StableId.Of("setagaya", "clinic1"));
        Assert.True((await Invoices.ActAsync(s => s.GetRequiredService<RunMonth>().LeaveAsync(left, true, Cancellation))).Succeeded);
        await Invoices.IssueAsync(run);
        await Invoices.UntilAsync(run, InvoiceRunStatus.Issued);

        Assert.Equal(2L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.invoice"));
        Assert.Equal(4L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.open_line"));
        portal.Clock.Now = TestInvoices.December.AddMonths(1);
        await Invoices.RunAsync("2026-12");
        await Invoices.AssertWholeAsync(3, 12);
        Assert.Equal(new DateOnly(2026, 11, 1), await portal.Database.ReadAsync<DateOnly>("SELECT supply_from FROM billing.invoice WHERE month = '2026-12-01'"));
    }

    [Fact]
    public async Task CallAndVisit_WhoseClinicBecomesKnownMonthsLater_AreOnTheNextInvoice_Once()
    {
        portal.Clock.Now = NightClock.Start;
        var (night, tenant) = (new TestNight(portal), StableId.Of("tenant", "setagaya"));
        await portal.Database.ExecuteAsync("""
            INSERT INTO coverage.cover_subscription (tenant_id, id, clinic_id, plan, starts_on, patients_covered, contract_id, price_from, contract_starts_on)
            VALUES ($1, $2, $2, 'standard', '2026-11-01', 20, $2, '2026-11-01', '2026-11-01')
            """, tenant, night.ClinicId(1));
        var unknown = await night.OpenUnknownAsync();
        await night.GoAsync(await night.RequestForAsync(unknown), 1, "accept", "depart", "arrive", "complete");
        await night.ReportAsync(unknown);
        // As between the report and the note of it at the case, which closes it.
        await portal.Database.ExecuteAsync("UPDATE nightdesk.case SET status = 'ReportDue', closed_at = NULL WHERE id = $1", unknown);
        foreach (var month in new[] { 0, 1 })
        {
            portal.Clock.Now = TestInvoices.December.AddMonths(month);
            await Invoices.RunAsync($"2026-{11 + month}");
        }
        Assert.Empty(await LinesAsync());

        portal.Clock.Now = TestInvoices.December.AddMonths(1).AddDays(8);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await night.TieAsync(desk, unknown, await night.PatientAsync(1))).Status);
        portal.Clock.Now = TestInvoices.December.AddMonths(2);
        await Invoices.RunAsync("2027-01");

        Assert.Equal(["Call 3000 of 2026-11-22 on 2027-01", "Visit 18000 of 2026-11-22 on 2027-01"], await LinesAsync());
        // Told again it is known.
        await portal.Database.ExecuteAsync("UPDATE app.work_item SET done_at = NULL, due_at = $1 WHERE kind = 'billing.case-identified'", portal.Clock.Now);
        while (await portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(Cancellation))
        {
        }
        Assert.Equal(2, (await LinesAsync()).Count);

        Task<IReadOnlyList<string>> LinesAsync() => portal.Database.ReadAllAsync<string>("""
            SELECT concat(l.kind, ' ', l.amount_yen, ' of ', l.night, ' on ', to_char(i.month, 'YYYY-MM'))
            FROM billing.invoice_line l JOIN billing.invoice_item t ON t.line_id = l.id AND t.standing JOIN billing.invoice i ON i.id = t.invoice_id
            WHERE l.case_id = $1 ORDER BY 1
            """, unknown);
    }

    [Fact]
    public async Task Redraft_TakesLinesThatCameInMeanwhile()
    {
        await Invoices.WriteLinesAsync(2, 3);
        var run = await Invoices.StartAsync();
        await Invoices.UntilAsync(run, InvoiceRunStatus.InReview);
        await Invoices.WriteLinesAsync(2, 2);
        Assert.True((await Invoices.ActAsync(s => s.GetRequiredService<RunMonth>().RedraftAsync(run, Cancellation))).Succeeded);
        await Invoices.UntilAsync(run, InvoiceRunStatus.InReview);
        await Invoices.IssueAsync(run);
        await Invoices.UntilAsync(run, InvoiceRunStatus.Issued);

        await Invoices.AssertWholeAsync(2, 10);
    }

    /// <summary>A runner that is cut off anywhere in a batch, again and again, by two nodes at once.</summary>
    [Fact]
    public async Task RunCutOffAtRandom_GoesOn_WithoutAGap_AndNothingTwice()
    {
        await Invoices.WriteLinesAsync(1_300, 3);
        var other = await portal.StartNodeAsync();
        // Which has brought the demonstration back.
        await Invoices.WithoutCoverAsync();
        var random = new Random(17);
        var run = await Invoices.StartAsync();
        await CutOffAsync(run, InvoiceRunStatus.InReview);
        Assert.True((await Invoices.IssueAsync(run)).Succeeded);
        await CutOffAsync(run, InvoiceRunStatus.Issued);

        await Invoices.AssertWholeAsync(1_300, 3_900);

        async Task CutOffAsync(Guid id, InvoiceRunStatus until)
        {
            for (var turn = 0; await Invoices.StatusAsync(id) != until.ToString(); turn++)
            {
                using var cut = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
                cut.CancelAfter(random.Next(1, turn < 15 ? 150 : 5_000));
                try
                {
                    await Task.WhenAll(
                        portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(cut.Token), other.Services.GetRequiredService<WorkRunner>().RunNextAsync(cut.Token));
                }
                catch (Exception gone) when (gone is OperationCanceledException or NpgsqlException or TimeoutException or IOException && !Cancellation.IsCancellationRequested)
                {
                    // Cut off, as meant.
                }
            }
        }
    }

    [Fact]
    public async Task CorrectionsAtOnce_TakeOneNumberEach_AndOneThatIsRefusedTakesNone()
    {
        await Invoices.WriteLinesAsync(12, 2);
        await Invoices.RunAsync();
        var originals = await portal.Database.ReadAllAsync<Guid>("SELECT id FROM billing.invoice ORDER BY number_in_year");

        // Twice each: one of the two finds the other's.
        var made = await Task.WhenAll(originals.Concat(originals).Select(id => Invoices.ActAsync(s => s.GetRequiredService<CorrectInvoice>().HandleAsync(
            new CorrectInvoiceInput(id, InvoiceKind.CorrectedInvoice, "誤り", [new(1, 0, null)]), Cancellation))));

        Assert.Equal(12, made.Count(m => m.Succeeded));
        Assert.Equal(
            Enumerable.Range(1, 24), await portal.Database.ReadAllAsync<int>("SELECT number_in_year FROM billing.invoice WHERE number_year = 2026 ORDER BY 1"));
    }

    [Fact]
    public async Task Tax_InTheDatabase_IsThatOfTheDomain()
    {
        var random = new Random(3);
        foreach (var rounding in Enum.GetValues<TaxRounding>())
        {
            var nets = Enumerable.Range(0, 300).Select(_ => random.NextInt64(-1_000_000, 1_000_000)).ToArray();
            foreach (var (category, rate) in new[] { (TaxCategory.Taxable10, 10), (TaxCategory.Reduced8, 8) })
            {
                Assert.Equal(
                    nets.Select(net => ConsumptionTax.On(net, category, rounding)),
                    await portal.Database.ReadAllAsync<long>("SELECT billing.tax_on(n, $2, $3) FROM unnest($1) WITH ORDINALITY AS u (n, o) ORDER BY o", nets, rate, rounding.ToString()));
            }
        }
    }

    [Fact]
    public async Task IssuedInvoice_ChangesForNobody_NotEvenByHand()
    {
        await Invoices.WriteLinesAsync(1, 2);
        var id = await Invoices.InvoiceOfAsync(await Invoices.RunAsync(), StableId.Of("setagaya", "clinic1"));

        await RefusedAsync("UPDATE billing.invoice SET total_yen = total_yen + 1, net10_yen = net10_yen + 1 WHERE id = $1", id);
        await RefusedAsync("UPDATE billing.invoice SET number = 'SG-2026-99999' WHERE id = $1", id);
        await RefusedAsync("UPDATE billing.invoice SET status = 'InReview', number = null WHERE id = $1", id);
        await RefusedAsync("DELETE FROM billing.invoice_item WHERE invoice_id = $1", id);
        await RefusedAsync("INSERT INTO billing.invoice_item SELECT tenant_id, invoice_id, position + 100, gen_random_uuid(), false FROM billing.invoice_item WHERE invoice_id = $1", id);
        await RefusedAsync("DELETE FROM billing.invoice WHERE id = $1", id);
        Assert.Equal(39_600L, await portal.Database.ReadAsync<long>("SELECT total_yen FROM billing.invoice WHERE id = $1", id));
    }

    [Fact]
    public async Task Items_AreNeverWithoutTheirInvoice_WhoeverComesFirst()
    {
        await Invoices.WriteLinesAsync(1, 2);
        var run = await Invoices.StartAsync();
        await Invoices.UntilAsync(run, InvoiceRunStatus.InReview);
        var draft = await Invoices.InvoiceOfAsync(run, StableId.Of("setagaya", "clinic1"));
        const string Item = "INSERT INTO billing.invoice_item (tenant_id, invoice_id, position, line_id, standing) SELECT tenant_id, $1, 100, gen_random_uuid(), false FROM billing.invoice_run";

        await RefusedAsync("DELETE FROM billing.invoice WHERE id = $1", draft);
        await RefusedAsync("UPDATE billing.invoice SET id = gen_random_uuid() WHERE id = $1", draft);
        await RefusedAsync(Item, Guid.NewGuid());

        await using var adds = await OpenAsync();
        await using var deletes = await OpenAsync();
        await ExecuteAsync(adds, "BEGIN");
        await ExecuteAsync(adds, Item, draft);
        await ExecuteAsync(deletes, "BEGIN");
        await ExecuteAsync(deletes, "DELETE FROM billing.invoice_item WHERE invoice_id = $1", draft);
        // It waits for the one that adds, and then there is an item that it did not know.
        var deleted = ExecuteAsync(deletes, "DELETE FROM billing.invoice WHERE id = $1", draft);
        while (await portal.Database.ReadAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0)
        {
            await Task.Delay(5, Cancellation);
        }
        await ExecuteAsync(adds, "COMMIT");
        await deleted;
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(deletes, "COMMIT"));
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, refused.SqlState);
        Assert.Equal(3L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.invoice_item WHERE invoice_id = $1", draft));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await portal.Database.App.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, $"SELECT set_config('app.tenants', '{Invoices.Tenant}', false)");
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params Guid[] ids)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(Array.ConvertAll(ids, id => new NpgsqlParameter<Guid> { TypedValue = id }));
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task RefusedAsync(string sql, Guid id)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = id } } };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation));
        Assert.Contains(refused.SqlState, (string[])[PostgresErrorCodes.RestrictViolation, PostgresErrorCodes.CheckViolation, PostgresErrorCodes.ForeignKeyViolation]);
    }
}
