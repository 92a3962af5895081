using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>What the database itself does not let happen to the books, whoever writes.</summary>
public sealed class LedgerTests(PaymentsFixture portal) : IClassFixture<PaymentsFixture>
{
    private static readonly DateOnly Day = new(2026, 11, 22);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Any postings whatever: those that balance are taken, all others are refused when they are committed.</summary>
    [Fact]
    public async Task Entry_IsTakenIfAndOnlyIfItBalances()
    {
        var random = new Random(4);
        for (var turn = 0; turn < 60; turn++)
        {
            var postings = Enumerable.Range(0, random.Next(0, 5)).Select(_ => (Debit: random.Next(2) == 0, Yen: random.NextInt64(1, 4))).ToList();
            var balances = postings.Count > 0 && postings.Where(p => p.Debit).Sum(p => p.Yen) == postings.Where(p => !p.Debit).Sum(p => p.Yen);

            var refused = await TryAsync(Guid.CreateVersion7(), postings);

            Assert.Equal(balances ? null : "journal_entry_balances", refused);
        }
    }

    [Fact]
    public async Task Entry_IsNotChangedNorGivenMoreLater_NorBookedTwice()
    {
        var (entry, source) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Assert.Null(await TryAsync(entry, [(true, 5), (false, 5)], source));

        Assert.Equal("journal_entry_once", await TryAsync(Guid.CreateVersion7(), [(true, 5), (false, 5)], source));
        Assert.Equal("journal_entry_balances", await RunAsync(
            "INSERT INTO billing.journal_posting VALUES ($1, $2, 3, 'Bank', 1, 0)", PaymentsFixture.Tenant, entry));
        foreach (var sql in new[]
        {
            "UPDATE billing.journal_posting SET debit_yen = 6 WHERE entry_id = $1", "DELETE FROM billing.journal_posting WHERE entry_id = $1",
            "UPDATE billing.journal_entry SET booked_on = booked_on - 1 WHERE id = $1", "DELETE FROM billing.journal_entry WHERE id = $1",
            "UPDATE billing.allocation SET amount_yen = 1 WHERE id = $1", "UPDATE billing.payment SET amount_yen = 1 WHERE id = $1",
            "UPDATE billing.receivable SET total_yen = 1 WHERE id = $1", "DELETE FROM billing.gateway_event WHERE id = $1",
        })
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RunAsync(sql, entry));
        }
    }

    [Fact]
    public async Task Money_IsUsedOnce_HoweverManyUseItAtOnce()
    {
        var invoices = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            invoices.Add(await portal.InvoiceAsync(3, 1_000));
        }
        var payment = await PaymentAsync(3, 3_000);

        var refused = await Task.WhenAll(invoices.Select(invoice => RunAsync("""
            INSERT INTO billing.allocation (tenant_id, id, payment_id, receivable_id, clinic_id, amount_yen, "on", by, created_at)
            VALUES ($1, gen_random_uuid(), $2, $3, $4, 1000, '2026-11-22', '', now())
            """, PaymentsFixture.Tenant, payment, invoice, portal.Clinic(3))));

        Assert.Equal(3, refused.Count(r => r is null));
        Assert.All(refused.OfType<string>(), r => Assert.Equal("payment_used_once", r));
    }

    [Fact]
    public async Task Invoice_IsPaidOnce_AndByItsOwnClinic()
    {
        var (invoice, mine, others) = (await portal.InvoiceAsync(3, 1_000), await PaymentAsync(3, 5_000), await PaymentAsync(4, 5_000));
        const string Insert = """
            INSERT INTO billing.allocation (tenant_id, id, payment_id, receivable_id, clinic_id, amount_yen, "on", by, created_at)
            VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, '2026-11-22', '', now())
            """;

        Assert.Equal("payment_of_its_clinic", await RunAsync(Insert, PaymentsFixture.Tenant, others, invoice, portal.Clinic(3), 500L));
        Assert.Equal("receivable_settled_once", await RunAsync(Insert, PaymentsFixture.Tenant, mine, invoice, portal.Clinic(3), 1_001L));
        Assert.Null(await RunAsync(Insert, PaymentsFixture.Tenant, mine, invoice, portal.Clinic(3), 1_000L));
        Assert.Equal("receivable_settled_once", await RunAsync("UPDATE billing.receivable SET voided_on = '2026-11-22' WHERE id = $1", invoice));
        Assert.Equal("receivable_settled_once", await RunAsync("""
            INSERT INTO billing.write_off (tenant_id, id, receivable_id, clinic_id, kind, amount_yen, reason, "on", by, created_at)
            VALUES ($1, gen_random_uuid(), $2, $3, 'BadDebt', 1, '', '2026-11-22', '', now())
            """, PaymentsFixture.Tenant, invoice, portal.Clinic(3)));
    }

    /// <summary>Any mixture of invoices, payments, partial allocations and reversals: the journal says the same as the rows.</summary>
    [Fact]
    public async Task Books_AgreeWithTheRows_AfterAnyHistory()
    {
        var random = new Random(11);
        for (var turn = 0; turn < 25; turn++)
        {
            var invoices = new List<Guid>();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                invoices.Add(await portal.InvoiceAsync(5, random.NextInt64(1, 100_000)));
            }
            var payment = await PaymentAsync(5, random.NextInt64(1, 150_000), book: true);
            await portal.InAsync(async services =>
            {
                var (db, books, open) = (services.GetRequiredService<BillingContext>(), services.GetRequiredService<Bookkeeping>(), services.GetRequiredService<OpenReceivables>());
                var paid = (await open.LeftOfAsync(payment, Cancellation))!;
                await books.AllocateAsync(paid.Payment, await open.OfAsync(portal.Clinic(5), invoices, Cancellation), random.NextInt64(1, paid.LeftYen + 1), Cancellation);
                if (random.Next(3) == 0 && await db.Allocations.FirstOrDefaultAsync(a => a.PaymentId == payment, Cancellation) is { } allocation)
                {
                    await books.TakeBackAsync(allocation, "", Cancellation);
                }
            });
        }

        Assert.Equal(await portal.Database.ReadAsync<long>("""
            SELECT (sum(total_yen) - coalesce((SELECT sum(amount_yen) FROM billing.allocation WHERE clinic_id = $1), 0))::bigint FROM billing.receivable WHERE clinic_id = $1
            """, portal.Clinic(5)), await portal.BalanceAsync(LedgerAccount.Receivables, portal.Clinic(5)));
        Assert.Equal(await portal.Database.ReadAsync<long>("""
            SELECT (coalesce((SELECT sum(amount_yen) FROM billing.allocation WHERE clinic_id = $1), 0) - sum(amount_yen))::bigint FROM billing.payment WHERE clinic_id = $1
            """, portal.Clinic(5)), await portal.BalanceAsync(LedgerAccount.Advances, portal.Clinic(5)));
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT (sum(debit_yen) - sum(credit_yen))::bigint FROM billing.journal_posting"));
    }

    private async Task<Guid> PaymentAsync(int clinic, long yen, bool book = false)
    {
        var id = Guid.CreateVersion7();
        await portal.InAsync(async services =>
        {
            var db = services.GetRequiredService<BillingContext>();
            var payment = Payment.Arrived(PaymentsFixture.Tenant, id, PaymentChannel.BankTransfer, yen, Day, "ﾃｽﾄ", "", portal.Clock.Now);
            payment.Assign(portal.Clinic(clinic), "医院");
            db.Payments.Add(payment);
            if (book)
            {
                db.JournalEntries.Add(payment.BookReceipt(portal.Clock.Now));
            }
            await db.SaveChangesAsync(Cancellation);
        });
        return id;
    }

    private async Task<string?> TryAsync(Guid entry, IReadOnlyList<(bool Debit, long Yen)> postings, Guid? source = null)
    {
        var sql = string.Join(";\n", postings.Select((p, i) =>
            $"INSERT INTO billing.journal_posting VALUES ('{PaymentsFixture.Tenant}', '{entry}', {i + 1}, 'Bank', {(p.Debit ? p.Yen : 0)}, {(p.Debit ? 0 : p.Yen)})").Prepend($"""
            INSERT INTO billing.journal_entry (tenant_id, id, kind, source_id, booked_on, note, created_at)
            VALUES ('{PaymentsFixture.Tenant}', '{entry}', 'PaymentReceived', '{source ?? entry}', '2026-11-22', '', now())
            """));
        return await RunAsync(sql);
    }

    /// <summary>As the restricted role, committed. Says which constraint, or which error, refused it.</summary>
    private async Task<string?> RunAsync(string sql, params object[] values)
    {
        await using var connection = await portal.Database.App.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var scope = new NpgsqlCommand("SELECT set_config('app.tenants', $1, true)", connection) { Parameters = { new() { Value = $"{PaymentsFixture.Tenant}" } } })
        {
            await scope.ExecuteNonQueryAsync(Cancellation);
        }
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(values.Select(v => new NpgsqlParameter { Value = v }).ToArray());
            await command.ExecuteNonQueryAsync(Cancellation);
            await transaction.CommitAsync(Cancellation);
            return null;
        }
        catch (PostgresException refused)
        {
            return refused.ConstraintName is { Length: > 0 } constraint ? constraint : refused.SqlState;
        }
    }
}
