using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Data;

public sealed class BillingContext(DbContextOptions<BillingContext> options) : ModuleDbContext(options)
{
    public DbSet<InvoiceLine> InvoiceLines => Set<InvoiceLine>();

    public DbSet<Usage> Usages => Set<Usage>();

    public DbSet<UsageVoid> UsageVoids => Set<UsageVoid>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<InvoiceRun> InvoiceRuns => Set<InvoiceRun>();

    public DbSet<OpenLine> OpenLines => Set<OpenLine>();

    public DbSet<InvoiceItem> InvoiceItems => Set<InvoiceItem>();

    public DbSet<InvoiceEvent> InvoiceEvents => Set<InvoiceEvent>();

    public DbSet<InvoiceDocument> InvoiceDocuments => Set<InvoiceDocument>();

    /// <summary>Until the end of the transaction nobody else goes on with the run.</summary>
    public Task<InvoiceRun?> LockRunAsync(Guid id, CancellationToken cancellationToken) =>
        InvoiceRuns.FromSql($"SELECT * FROM billing.invoice_run WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancellationToken);

    /// <summary>Until the end of the transaction nobody else corrects or voids the invoice.</summary>
    public Task<Invoice?> LockInvoiceAsync(Guid id, CancellationToken cancellationToken) =>
        Invoices.FromSql($"SELECT * FROM billing.invoice WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancellationToken);

    public DbSet<JournalEntry> JournalEntries => Set<JournalEntry>();

    public DbSet<Receivable> Receivables => Set<Receivable>();

    public DbSet<Payment> Payments => Set<Payment>();

    public DbSet<Allocation> Allocations => Set<Allocation>();

    public DbSet<WriteOff> WriteOffs => Set<WriteOff>();

    public DbSet<Refund> Refunds => Set<Refund>();

    public DbSet<Dispute> Disputes => Set<Dispute>();

    public DbSet<PaymentSetting> PaymentSettings => Set<PaymentSetting>();

    public DbSet<Payer> Payers => Set<Payer>();

    public DbSet<GatewayEvent> GatewayEvents => Set<GatewayEvent>();

    public DbSet<DunningNotice> DunningNotices => Set<DunningNotice>();

    public DbSet<Reconciliation> Reconciliations => Set<Reconciliation>();

    public DbSet<BankFile> BankFiles => Set<BankFile>();

    public DbSet<BankReceipt> BankReceipts => Set<BankReceipt>();

    public DbSet<DirectDebit> DirectDebits => Set<DirectDebit>();

    public DbSet<PayRun> PayRuns => Set<PayRun>();

    public DbSet<PaySheet> PaySheets => Set<PaySheet>();

    public DbSet<PayLine> PayLines => Set<PayLine>();

    public DbSet<PaySheetShift> PaySheetShifts => Set<PaySheetShift>();

    public DbSet<PayAdjustment> PayAdjustments => Set<PayAdjustment>();

    public DbSet<PayEvent> PayEvents => Set<PayEvent>();

    public DbSet<PayFile> PayFiles => Set<PayFile>();

    public DbSet<PayFileItem> PayFileItems => Set<PayFileItem>();

    public DbSet<Payee> Payees => Set<Payee>();

    protected override string Schema => "billing";

    protected override void Configure(ModelBuilder model)
    {
        MeteringTables.Configure(model);
        InvoiceTables.Configure(model);
        PaymentTables.Configure(model);
        PayTables.Configure(model);
        PayeeTables.Configure(model);
    }
}
