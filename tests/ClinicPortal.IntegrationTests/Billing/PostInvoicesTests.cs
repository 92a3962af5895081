using ClinicPortal.Modules.Billing.Contracts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>Issued documents in the books: as the issuing tells of them, however often.</summary>
public sealed class PostInvoicesTests(PaymentsFixture portal) : IClassFixture<PaymentsFixture>
{
    private const string Issuer = """
        {"name":"世田谷区医師会","registrationNumber":"T6999999900011","postalCode":"154-0017","address":"世田谷","phone":"03-5555-0100",
         "bankAccount":{"bank":"見本銀行","branch":"本店","kind":"普通","number":"1000011","holderKana":"セタガヤクイシカイ"}}
        """;

    private static int last = 50_000;

    [Fact]
    public async Task Issued_ToldTwice_IsOwedOnce_AndPaidFromWhatWasPaidAhead()
    {
        var ahead = await CreditAsync(1, -11_000);
        var invoice = await IssueAsync(1, 110_000);
        await TellAsync(new InvoicesIssued(Guid.NewGuid(), new TenantId(PaymentsFixture.Tenant), [invoice]));

        Assert.Equal(99_000, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(1)));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(1)));
        // 110,000 sold less 11,000 returned, with the tax of both.
        Assert.Equal(-90_000, await portal.BalanceAsync(LedgerAccount.Sales, portal.Clinic(1)));
        Assert.Equal(-9_000, await portal.BalanceAsync(LedgerAccount.ConsumptionTax, portal.Clinic(1)));
        Assert.Equal(11_000, await portal.Database.ReadAsync<long>("SELECT sum(amount_yen)::bigint FROM billing.allocation WHERE payment_id = $1", ahead));
    }

    [Fact]
    public async Task Correction_TakesItsOriginalsPlace_AndWhatPaidIt()
    {
        var original = await IssueAsync(2, 55_000);
        var credit = await CreditAsync(2, -22_000);
        await portal.InAsync(async services =>
        {
            var books = services.GetRequiredService<Modules.Billing.Books.Bookkeeping>();
            var open = services.GetRequiredService<Modules.Billing.Books.OpenReceivables>();
            await books.AllocateAsync((await open.LeftOfAsync(credit, default))!.Payment, await open.OfAsync(null, [original], default), 22_000, default);
            await books.WriteOffAsync((await open.OfAsync(null, [original], default))[0].Invoice, WriteOffKind.Difference, 100, "端数", default);
        });
        Assert.Equal(32_900, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(2)));

        await IssueAsync(2, 44_000, "CorrectedInvoice", original);

        Assert.Equal(22_000, await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(2)));
        Assert.Equal(0, await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(2)));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.receivable WHERE id = $1 AND voided_on IS NOT NULL", original));
    }

    [Fact]
    public async Task Void_LeavesTheMoneyWithTheClinic_AndAVoidReturnTakesItAway()
    {
        var (invoice, credit) = (await IssueAsync(3, 33_000), await CreditAsync(3, -5_500));
        foreach (var document in new[] { credit, invoice })
        {
            await TellAsync(new InvoiceVoided(Guid.NewGuid(), new TenantId(PaymentsFixture.Tenant), document));
            await TellAsync(new InvoiceVoided(Guid.NewGuid(), new TenantId(PaymentsFixture.Tenant), document));
        }

        foreach (var account in Enum.GetValues<LedgerAccount>())
        {
            Assert.Equal(0, await portal.BalanceAsync(account, portal.Clinic(3)));
        }
    }

    private Task<Guid> CreditAsync(int clinic, long yen) => IssueAsync(clinic, yen, "ReturnInvoice", null);

    /// <param name="original">A return that is about none here is about an invoice of zero yen.</param>
    private async Task<Guid> IssueAsync(int clinic, long yen, string kind = "Invoice", Guid? original = null)
    {
        if (kind == "ReturnInvoice")
        {
            original = await InsertAsync(clinic, 0, "Invoice", null);
        }
        var id = await InsertAsync(clinic, yen, kind, original);
        await TellAsync(new InvoicesIssued(Guid.NewGuid(), new TenantId(PaymentsFixture.Tenant), [id]));
        return id;
    }

    private async Task<Guid> InsertAsync(int clinic, long yen, string kind, Guid? original)
    {
        var (id, net) = (Guid.CreateVersion7(portal.Clock.Now), yen * 10 / 11);
        var number = Interlocked.Increment(ref last);
        await portal.Database.ExecuteAsync($"""
            INSERT INTO billing.invoice (tenant_id, id, kind, status, clinic_id, clinic_name, clinic_address, month, supply_from, supply_until, line_count, net10_yen, tax10_yen, net8_yen,
              tax8_yen, exempt_yen, outside_scope_yen, total_yen, tax_rounding, number, number_year, number_in_year, issuer, issued_on, due_on, issued_at, issued_by, original_id, reason, created_at)
            VALUES ($1, $2, $3, 'Issued', $4, '見本医院', '区内', '2026-10-01', '2026-10-01', '2026-10-31', 1, $5, $6, 0, 0, 0, 0, $7, 'Down', 'SG-2026-{number}', 2026, {number}, $8::jsonb,
              '2026-11-05', '2026-12-25', now(), '事務局', {(original is null ? "NULL" : $"'{original}'")}, {(kind == "Invoice" ? "NULL" : "'訂正'")}, now())
            """, PaymentsFixture.Tenant, id, kind, portal.Clinic(clinic), net, yen - net, yen, Issuer);
        return id;
    }

    private async Task TellAsync<TEvent>(TEvent news) where TEvent : IModuleEvent
    {
        await portal.InAsync(services =>
        {
            services.GetRequiredService<Outbox>().Publish(news);
            return Task.CompletedTask;
        });
        await portal.WorkAsync();
    }
}
