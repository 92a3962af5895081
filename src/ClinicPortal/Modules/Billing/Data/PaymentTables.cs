using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Data;

/// <summary>Tables of ledger and payments.</summary>
internal static class PaymentTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<JournalPosting>().HasKey(p => new { p.TenantId, p.EntryId, p.Line });
        model.Entity<JournalEntry>(entry =>
        {
            entry.HasKey(e => new { e.TenantId, e.Id });
            entry.HasIndex(e => new { e.TenantId, e.Kind, e.SourceId }).IsUnique();
            entry.HasMany(e => e.Postings).WithOne().HasForeignKey(p => new { p.TenantId, p.EntryId }).HasPrincipalKey(e => new { e.TenantId, e.Id });
            entry.Navigation(e => e.Postings).HasField("postings");
        });
        model.Entity<Receivable>().HasKey(r => new { r.TenantId, r.Id });
        model.Entity<Payment>(payment =>
        {
            payment.HasKey(p => new { p.TenantId, p.Id });
            payment.HasOne<Payment>().WithMany().HasForeignKey(p => new { p.TenantId, p.ReinstatesId });
            payment.Property(p => p.SealedPayer!).IsSealed().IsRequired(false);
            payment.Property(p => p.Version).IsRowVersion();
            payment.Ignore(p => p.IsOver);
        });
        // What refers to another row is written after it.
        model.Entity<Allocation>(allocation =>
        {
            allocation.HasKey(a => new { a.TenantId, a.Id });
            allocation.HasOne<Payment>().WithMany().HasForeignKey(a => new { a.TenantId, a.PaymentId });
            allocation.HasOne<Receivable>().WithMany().HasForeignKey(a => new { a.TenantId, a.ReceivableId });
        });
        model.Entity<WriteOff>(writeOff =>
        {
            writeOff.HasKey(w => new { w.TenantId, w.Id });
            writeOff.HasOne<Receivable>().WithMany().HasForeignKey(w => new { w.TenantId, w.ReceivableId });
        });
        model.Entity<Refund>(refund =>
        {
            refund.HasKey(r => new { r.TenantId, r.Id });
            refund.HasOne<Payment>().WithMany().HasForeignKey(r => new { r.TenantId, r.PaymentId });
            refund.HasOne<Dispute>().WithMany().HasForeignKey(r => new { r.TenantId, r.DisputeId });
        });
        model.Entity<Dispute>(dispute =>
        {
            dispute.HasKey(d => new { d.TenantId, d.Id });
            dispute.HasOne<Payment>().WithMany().HasForeignKey(d => new { d.TenantId, d.PaymentId });
            dispute.Ignore(d => d.IsClosed);
            dispute.Ignore(d => d.WaitsForUs);
        });
        model.Entity<PaymentSetting>(setting =>
        {
            setting.HasKey(s => new { s.TenantId, s.Id });
            setting.Property(s => s.SealedSecretKey!).IsSealed().IsRequired(false);
            setting.Property(s => s.SealedSigningSecret!).IsSealed().IsRequired(false);
            setting.Property(s => s.Dunning).HasJson();
            setting.Property(s => s.Version).IsRowVersion();
            setting.Ignore(s => s.Debtor);
        });
        model.Entity<Payer>(payer =>
        {
            payer.HasKey(p => new { p.TenantId, p.Id });
            payer.Property(p => p.SealedTransferAccount!).IsSealed().IsRequired(false);
            payer.Property(p => p.SealedDebitAccount!).IsSealed().IsRequired(false);
            payer.Property(p => p.Version).IsRowVersion();
            payer.Ignore(p => p.CustomerNumber);
        });
        model.Entity<GatewayEvent>(news =>
        {
            news.HasKey(e => new { e.TenantId, e.Id });
            news.Property(e => e.SealedPayload).IsSealed();
        });
        model.Entity<DunningNotice>().HasKey(n => new { n.TenantId, n.Id });
        model.Entity<Reconciliation>(run =>
        {
            run.HasKey(r => new { r.TenantId, r.Id });
            run.Property(r => r.Differences).HasJson();
        });
        model.Entity<BankFile>(file =>
        {
            file.HasKey(f => new { f.TenantId, f.Id });
            file.Property(f => f.SealedContent).IsSealed();
        });
        model.Entity<BankReceipt>(receipt =>
        {
            receipt.HasKey(r => new { r.TenantId, r.Id });
            receipt.Property(r => r.SealedPayer).IsSealed();
            receipt.HasOne<BankFile>().WithMany().HasForeignKey(r => new { r.TenantId, r.FileId });
        });
        model.Entity<DirectDebit>(debit =>
        {
            debit.HasKey(d => new { d.TenantId, d.Id });
            debit.HasOne<BankFile>().WithMany().HasForeignKey(d => new { d.TenantId, d.FileId });
            debit.HasOne<Payment>().WithMany().HasForeignKey(d => new { d.TenantId, d.PaymentId });
        });
    }
}
