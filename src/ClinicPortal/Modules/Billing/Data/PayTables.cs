using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Data;

/// <summary>Tables of the pay of doctors and drivers.</summary>
internal static class PayTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<PayRun>().HasKey(r => new { r.TenantId, r.Id });
        model.Entity<PaySheet>(sheet =>
        {
            sheet.HasKey(s => new { s.TenantId, s.Id });
            sheet.Property(s => s.Tables).HasJson();
            sheet.Property(s => s.Version).IsRowVersion();
            sheet.Ignore(s => s.IsApproved).Ignore(s => s.IsEmpty).Ignore(s => s.Key).Ignore(s => s.GrossYen);
        });
        // What refers to another row is written after it.
        model.Entity<PayLine>(line =>
        {
            line.HasKey(l => new { l.TenantId, l.SheetId, l.Position });
            line.Ignore(l => l.IsTime);
            line.HasOne<PaySheet>().WithMany().HasForeignKey(l => new { l.TenantId, l.SheetId });
        });
        model.Entity<PaySheetShift>(shift =>
        {
            shift.HasKey(s => new { s.TenantId, s.SheetId, s.AttendanceId });
            shift.HasOne<PaySheet>().WithMany().HasForeignKey(s => new { s.TenantId, s.SheetId });
        });
        model.Entity<PayAdjustment>(adjustment =>
        {
            adjustment.HasKey(a => new { a.TenantId, a.Id });
            adjustment.HasOne<PaySheet>().WithMany().HasForeignKey(a => new { a.TenantId, a.SheetId });
        });
        model.Entity<PayEvent>(one =>
        {
            one.HasKey(e => new { e.TenantId, e.Id });
            one.HasOne<PaySheet>().WithMany().HasForeignKey(e => new { e.TenantId, e.SheetId });
        });
        model.Entity<PayFile>(file =>
        {
            file.HasKey(f => new { f.TenantId, f.Id });
            file.Property(f => f.SealedContent).IsSealed();
        });
        model.Entity<PayFileItem>(item =>
        {
            item.HasKey(i => new { i.TenantId, i.FileId, i.SheetId });
            item.HasOne<PayFile>().WithMany().HasForeignKey(i => new { i.TenantId, i.FileId });
            item.HasOne<PaySheet>().WithMany().HasForeignKey(i => new { i.TenantId, i.SheetId });
        });
    }
}
