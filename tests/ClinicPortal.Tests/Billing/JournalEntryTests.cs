using ClinicPortal.Modules.Billing.Domain;

namespace ClinicPortal.Tests.Billing;

public sealed class JournalEntryTests
{
    private static readonly DateOnly Day = new(2026, 11, 30);
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 3, 0, 0, TimeSpan.Zero);
    private static readonly Guid Tenant = Guid.NewGuid();
    private static readonly Guid Clinic = Guid.NewGuid();

    [Fact]
    public void Entry_ThatDoesNotBalance_IsABug()
    {
        var source = new JournalSource(Tenant, JournalKind.PaymentReceived, Guid.NewGuid(), Clinic, "");

        Assert.Throws<ArgumentException>(() => JournalEntry.Book(source, Day, Now, (LedgerAccount.Bank, 100), (LedgerAccount.Advances, -99)));
        Assert.Throws<ArgumentException>(() => JournalEntry.Book(source, Day, Now, (LedgerAccount.Bank, 0), (LedgerAccount.Advances, 0)));
    }

    [Fact]
    public void Invoice_IsOwedBesideSalesAndTax()
    {
        var entry = AReceivable(110_000, 10_000).BookIssue(Now);

        Assert.Equal(
            [(LedgerAccount.Receivables, 110_000, 0), (LedgerAccount.Sales, 0, 100_000), (LedgerAccount.ConsumptionTax, 0, 10_000)],
            entry.Postings.Select(p => (p.Account, p.DebitYen, p.CreditYen)));
    }

    [Fact]
    public void Invoice_WithoutTax_HasNoLineOfTax() => Assert.Equal(2, AReceivable(50_000, 0).BookIssue(Now).Postings.Count);

    /// <summary>Any life of invoices and payments: every entry balances, and the accounts say what the rows say.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyHistory_BalancesAndAgreesWithItsRows(int seed)
    {
        var random = new Random(seed);
        var (entries, owed, advance) = (new List<JournalEntry>(), 0L, 0L);
        for (var turn = 0; turn < 300; turn++)
        {
            var total = random.NextInt64(1, 5_000_000);
            var invoice = AReceivable(total, random.NextInt64(0, total));
            entries.Add(invoice.BookIssue(Now));
            if (random.Next(6) == 0)
            {
                entries.Add(invoice.BookVoid(Day, Now));
                continue;
            }
            owed += invoice.TotalYen;
            var payment = Payment.Arrived(Tenant, Guid.NewGuid(), (PaymentChannel)random.Next(4), random.NextInt64(1, 6_000_000), Day, null, "", Now);
            if (random.Next(2) == 0)
            {
                payment.Assign(Clinic, "");
                entries.Add(payment.BookReceipt(Now));
            }
            else
            {
                entries.Add(payment.BookReceipt(Now));
                payment.Assign(Clinic, "");
                entries.Add(payment.BookAssignment(Day, Now));
            }
            advance += payment.AmountYen;
            var used = Math.Min(payment.AmountYen, invoice.TotalYen);
            var allocation = Allocation.Of(payment, invoice, used, Day, "", Now);
            entries.Add(allocation.Book(invoice.Number, Now));
            (owed, advance) = (owed - used, advance - used);
            if (random.Next(4) == 0)
            {
                entries.Add(allocation.TakeBack(Day, "", Now).Book(invoice.Number, Now));
                (owed, advance) = (owed + used, advance + used);
            }
            else if (invoice.TotalYen > used)
            {
                entries.Add(WriteOff.Of(invoice, (WriteOffKind)random.Next(3), invoice.TotalYen - used, "", Day, "", Now).Book(invoice.Number, Now));
                owed -= invoice.TotalYen - used;
            }
            else if (payment.AmountYen > used)
            {
                entries.Add(Refund.Ask(payment, payment.AmountYen - used, "", "", Now).Book(payment, Day, Now));
                advance -= payment.AmountYen - used;
            }
        }

        Assert.All(entries, e => Assert.Equal(e.Postings.Sum(p => p.DebitYen), e.Postings.Sum(p => p.CreditYen)));
        Assert.All(entries.SelectMany(e => e.Postings), p => Assert.True(p.DebitYen > 0 ^ p.CreditYen > 0));
        Assert.Equal(owed, Balance(LedgerAccount.Receivables));
        Assert.Equal(-advance, Balance(LedgerAccount.Advances));
        Assert.Equal(0, Balance(LedgerAccount.Suspense));
        Assert.Equal(0, Enum.GetValues<LedgerAccount>().Sum(Balance));

        long Balance(LedgerAccount account) => entries.SelectMany(e => e.Postings).Where(p => p.Account == account).Sum(p => p.DebitYen - p.CreditYen);
    }

    private static Receivable AReceivable(long total, long tax) => Receivable.Of(Tenant, Guid.NewGuid(), Clinic, "経堂医院", "SG-2026-00001", Day, Day.AddMonths(1), total, tax);
}
