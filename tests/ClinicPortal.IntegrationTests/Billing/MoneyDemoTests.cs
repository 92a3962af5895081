using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Demo;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Documents;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>What a newcomer finds under 会計: three months that closed, invoiced, paid and not paid as in life, and pay to approve.</summary>
public sealed class MoneyDemoTests(PortalPostgres postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstStart_ThenAnother_TellsOfTheMonthsBeforeOnce()
    {
        await using var database = await postgres.CloneAsync();
        var clock = new DemoClock(new NightClock());
        // Of documents the tests of the printer know: here they are set aside.
        await using var node = await PortalNode.StartAsync(database, clock, setting: (ChromiumProcess.Setting, "/nowhere"));
        await ToldAsync(database, node);

        foreach (var (association, drafts) in new[] { ("setagaya", 12L), ("tamagawa", 10L), ("koto", 10L) })
        {
            var tenant = StableId.Of("tenant", association);
            Task<long> CountAsync(string what) => database.ReadAsync<long>($"SELECT count(*) FROM billing.{what}", tenant);

            Assert.Equal(["Issued", "Issued", "InReview"], await database.ReadAllAsync<string>("SELECT status FROM billing.invoice_run WHERE tenant_id = $1 ORDER BY month", tenant));
            Assert.Equal(drafts * 2, await CountAsync("receivable WHERE tenant_id = $1"));
            Assert.Equal(drafts, await CountAsync("invoice WHERE tenant_id = $1 AND status = 'InReview'"));
            // Issued on the day of its time, not on today's, and each what its lines come to.
            Assert.Equal(0L, await CountAsync("invoice i JOIN billing.invoice_run r ON r.tenant_id = i.tenant_id AND r.id = i.run_id WHERE i.tenant_id = $1 AND i.issued_on <> r.closing_on + 2"));
            Assert.Equal(0L, await CountAsync("""
                invoice i WHERE tenant_id = $1 AND net10_yen <> (SELECT sum(l.amount_yen) FROM billing.invoice_item t
                  JOIN billing.invoice_line l ON l.tenant_id = t.tenant_id AND l.id = t.line_id WHERE t.tenant_id = i.tenant_id AND t.invoice_id = i.id)
                """));
            var open = await database.ReadAllAsync<long>("""
                SELECT r.total_yen - coalesce((SELECT sum(amount_yen) FROM billing.allocation a WHERE a.receivable_id = r.id), 0)::bigint - coalesce((SELECT sum(amount_yen) FROM billing.write_off w WHERE w.receivable_id = r.id), 0)::bigint
                FROM billing.receivable r WHERE tenant_id = $1
                """, tenant);
            // All that had fallen due by then, but for who never pays.
            Assert.True(open.Count(yen => yen == 0) >= drafts - 1, association);
            Assert.True(await CountAsync("dunning_notice WHERE tenant_id = $1 AND sent_at < '2026-11-22'") > 0, association);
            Assert.True(await CountAsync("write_off WHERE tenant_id = $1 AND kind = 'TransferFee'") > 0, association);
            Assert.Equal(1L, await CountAsync("pay_sheet WHERE tenant_id = $1 AND status = 'Approved'"));
            Assert.True(await CountAsync("pay_sheet WHERE tenant_id = $1 AND status = 'InReview'") > 0, association);
            // The nights of this month have their lines already.
            Assert.True(await CountAsync("open_line WHERE tenant_id = $1 AND night >= '2026-11-01'") > 0, association);
            Assert.Equal(0L, await database.ReadAsync<long>("SELECT count(*) FROM app.work_item WHERE tenant_id = $1 AND kind = 'billing.store-documents' AND failed_at IS NULL AND done_at IS NULL", tenant));
        }
        // Half of an invoice, and money of which nobody knows yet whose it is: at the associations whose last invoices have fallen due.
        Assert.True(await database.ReadAsync<long>("SELECT count(*) FROM billing.payment WHERE clinic_id IS NULL") > 0);
        Assert.Equal(0L, await database.ReadAsync<long>("SELECT coalesce(sum(debit_yen - credit_yen), 0)::bigint FROM billing.journal_posting"));
        // The access log tells when it was written.
        Assert.Equal(0L, await database.ReadAsync<long>("SELECT count(*) FROM app.audit_entry WHERE at < $1", NightClock.Start.ToUniversalTime()));

        var before = await FiguresAsync(database);
        await using var again = await PortalNode.StartAsync(database, clock, setting: (ChromiumProcess.Setting, "/nowhere"));
        await ToldAsync(database, again);
        Assert.Equal(before, await FiguresAsync(database));
    }

    /// <summary>To the end of what follows from it as well.</summary>
    private static async Task ToldAsync(PortalTestDatabase database, PortalNode node)
    {
        var runner = node.Services.GetRequiredService<WorkRunner>();
        while (await database.ReadAsync<bool>(
            "SELECT count(*) FILTER (WHERE kind = $1 AND done_at IS NOT NULL) < 3 OR bool_or(kind LIKE 'billing.%' AND done_at IS NULL AND failed_at IS NULL AND due_at <= $2) FROM app.work_item",
            SeedMoney.Kind, NightClock.Start.ToUniversalTime()))
        {
            await runner.RunNextAsync(Cancellation);
        }
    }

    private static Task<IReadOnlyList<string>> FiguresAsync(PortalTestDatabase database) => database.ReadAllAsync<string>("""
        SELECT number || ' ' || total_yen FROM billing.invoice WHERE number IS NOT NULL
        UNION ALL SELECT 'usage ' || count(*) FROM billing.usage UNION ALL SELECT 'lines ' || count(*) FROM billing.invoice_line
        UNION ALL SELECT 'entries ' || count(*) FROM billing.journal_entry UNION ALL SELECT 'notices ' || count(*) FROM billing.dunning_notice
        UNION ALL SELECT 'sheet ' || total_yen FROM billing.pay_sheet ORDER BY 1
        """);
}
