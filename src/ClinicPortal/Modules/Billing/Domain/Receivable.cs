using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>未収: what a clinic owes by one issued invoice. How much of it is still open follows from allocations and write-offs.</summary>
public sealed class Receivable : ITenantOwned
{
    private Receivable()
    {
    }

    public Guid TenantId { get; private set; }

    /// <summary>The invoice's.</summary>
    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public string ClinicName { get; private set; } = "";

    public string Number { get; private set; } = "";

    public DateOnly IssuedOn { get; private set; }

    /// <summary>支払期限.</summary>
    public DateOnly DueOn { get; private set; }

    /// <summary>With tax.</summary>
    public long TotalYen { get; private set; }

    public long TaxYen { get; private set; }

    public DateOnly? VoidedOn { get; private set; }

    /// <summary>督促を止める: the secretariat talks to the clinic itself.</summary>
    public bool DunningStopped { get; private set; }

    public static Receivable Of(
        Guid tenantId, Guid invoice, Guid clinicId, string clinicName, string number, DateOnly issuedOn, DateOnly dueOn, long totalYen, long taxYen) => new()
    {
        TenantId = tenantId,
        Id = invoice,
        ClinicId = clinicId,
        ClinicName = clinicName,
        Number = number,
        IssuedOn = issuedOn,
        DueOn = dueOn,
        TotalYen = totalYen,
        TaxYen = taxYen,
    };

    public void Void(DateOnly on) => VoidedOn ??= on;

    public void StopDunning(bool stopped) => DunningStopped = stopped;

    /// <summary>売掛金 against 売上 and 仮受消費税; in the other direction when it is taken back.</summary>
    public JournalEntry BookIssue(DateTimeOffset now) => JournalEntry.Book(
        new JournalSource(TenantId, JournalKind.InvoiceIssued, Id, ClinicId, Number), IssuedOn, now,
        (LedgerAccount.Receivables, TotalYen), (LedgerAccount.Sales, TaxYen - TotalYen), (LedgerAccount.ConsumptionTax, -TaxYen));

    public JournalEntry BookVoid(DateOnly on, DateTimeOffset now) => JournalEntry.Book(
        new JournalSource(TenantId, JournalKind.InvoiceVoided, Id, ClinicId, Number), on, now,
        (LedgerAccount.Receivables, -TotalYen), (LedgerAccount.Sales, TotalYen - TaxYen), (LedgerAccount.ConsumptionTax, TaxYen));
}
