using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>勘定科目 of the association's books, as far as member clinics' invoices and the pay of doctors and drivers touch them.</summary>
public enum LedgerAccount
{
    /// <summary>売掛金: what clinics owe.</summary>
    Receivables,

    /// <summary>売上高, without tax.</summary>
    Sales,

    /// <summary>仮受消費税.</summary>
    ConsumptionTax,

    /// <summary>普通預金.</summary>
    Bank,

    /// <summary>未収入金: collected by the card company and not yet paid out.</summary>
    Clearing,

    /// <summary>前受金: paid by a known clinic and not yet put against an invoice.</summary>
    Advances,

    /// <summary>仮受金: arrived at the bank, and nobody has said yet from whom.</summary>
    Suspense,

    /// <summary>支払手数料.</summary>
    Fees,

    /// <summary>貸倒損失.</summary>
    BadDebts,

    /// <summary>雑損失.</summary>
    MiscellaneousLosses,

    /// <summary>給与手当.</summary>
    Salaries,

    /// <summary>外注費: contractors, without the tax of those who are registered.</summary>
    Outsourcing,

    /// <summary>仮払消費税.</summary>
    InputTax,

    /// <summary>未払金: approved pay that has not been transferred.</summary>
    AccruedPay,

    /// <summary>預り金: deducted from pay for tax and insurance.</summary>
    Withheld,
}

/// <summary>What an entry records. With the id of its source it is there once.</summary>
public enum JournalKind
{
    InvoiceIssued,
    InvoiceVoided,

    /// <summary>適格返還請求書.</summary>
    ReturnIssued,
    ReturnVoided,
    PaymentReceived,

    /// <summary>Somebody said from which clinic money is that had arrived.</summary>
    PaymentAssigned,

    /// <summary>消込, and its reversal.</summary>
    Allocated,
    Refunded,

    /// <summary>A dispute took what had been paid by card.</summary>
    Disputed,
    WrittenOff,
    GatewayFee,
    Payout,

    /// <summary>報酬明細 approved.</summary>
    PayApproved,

    /// <summary>A file of transfers was written for a day of payment.</summary>
    PayPaid,
    PayFileWithdrawn,
}

/// <summary>One amount on one account. Exactly one side is above zero.</summary>
public sealed class JournalPosting : ITenantOwned
{
    internal JournalPosting(Guid tenantId, Guid entryId, int line, LedgerAccount account, long debitYen, long creditYen)
    {
        TenantId = tenantId;
        EntryId = entryId;
        Line = line;
        Account = account;
        DebitYen = debitYen;
        CreditYen = creditYen;
    }

    private JournalPosting()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid EntryId { get; private set; }

    /// <summary>From 1, as written.</summary>
    public int Line { get; private set; }

    public LedgerAccount Account { get; private set; }

    public long DebitYen { get; private set; }

    public long CreditYen { get; private set; }
}

/// <summary>
/// 仕訳: one event of the books in double entry. Debits equal credits, which the database checks as well; written once and never changed: what is wrong
/// is put right by another entry. Integer yen.
/// </summary>
public sealed class JournalEntry : ITenantOwned
{
    private readonly List<JournalPosting> postings = [];

    private JournalEntry()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public JournalKind Kind { get; private set; }

    /// <summary>The invoice, payment, allocation, refund … that it records.</summary>
    public Guid SourceId { get; private set; }

    /// <summary>計上日.</summary>
    public DateOnly BookedOn { get; private set; }

    /// <summary>None where nobody knows yet whose money it is.</summary>
    public Guid? ClinicId { get; private set; }

    /// <summary>What a reader of the book needs to find the source: an invoice's number.</summary>
    public string Note { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public IReadOnlyList<JournalPosting> Postings => postings;

    /// <summary>Debit one account and credit others.</summary>
    /// <param name="movements">Above zero is a debit, below a credit; zeros are left out.</param>
    /// <exception cref="ArgumentException">They do not add up to zero, or nothing moves.</exception>
    public static JournalEntry Book(
        JournalSource source, DateOnly on, DateTimeOffset now, params IReadOnlyList<(LedgerAccount Account, long Yen)> movements)
    {
        if (movements.Sum(m => m.Yen) != 0 || movements.All(m => m.Yen == 0))
        {
            throw new ArgumentException("Debits and credits of an entry must be equal, and some.", nameof(movements));
        }
        var entry = new JournalEntry
        {
            TenantId = source.TenantId,
            Id = Guid.CreateVersion7(now),
            Kind = source.Kind,
            SourceId = source.Id,
            ClinicId = source.ClinicId,
            Note = source.Note,
            BookedOn = on,
            CreatedAt = now,
        };
        foreach (var (account, yen) in movements.Where(m => m.Yen != 0).OrderByDescending(m => m.Yen > 0))
        {
            entry.postings.Add(new JournalPosting(source.TenantId, entry.Id, entry.postings.Count + 1, account, Math.Max(yen, 0), Math.Max(-yen, 0)));
        }
        return entry;
    }
}

/// <summary>What an entry is about.</summary>
public sealed record JournalSource(Guid TenantId, JournalKind Kind, Guid Id, Guid? ClinicId, string Note);
