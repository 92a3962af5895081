using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClinicPortal.Modules.Visits.Data;

public sealed class VisitsContext(DbContextOptions<VisitsContext> options) : ModuleDbContext(options)
{
    public DbSet<VisitReport> Reports => Set<VisitReport>();

    public DbSet<HomeVisit> Visits => Set<HomeVisit>();

    public DbSet<ReportReceipt> Receipts => Set<ReportReceipt>();

    protected override string Schema => "visits";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<VisitReport>(entity =>
        {
            entity.HasKey(report => new { report.TenantId, report.Id });
            entity.HasIndex(report => new { report.TenantId, report.DispatchId }).IsUnique();
            entity.HasIndex(report => new { report.TenantId, report.AppointmentId }).IsUnique();
            entity.HasIndex(report => new { report.TenantId, report.SubmittedAt });
            entity.Property(report => report.Version).IsRowVersion();
            entity.Property(report => report.SealedContent).IsSealed();
        });
        model.Entity<HomeVisit>(entity =>
        {
            entity.HasKey(visit => new { visit.TenantId, visit.Id });
            entity.Property(visit => visit.SealedTold).IsSealed();
            entity.HasOne<VisitReport>().WithOne().HasForeignKey<HomeVisit>(visit => new { visit.TenantId, visit.ReportId });
            entity.HasIndex(visit => new { visit.TenantId, visit.PrimaryClinicId, visit.Id });
            entity.ComplexProperty(visit => visit.Performing, institution => Name(institution, "performing"));
            entity.ComplexProperty(visit => visit.Employing, institution => Name(institution, "employing"));
            entity.ComplexProperty(visit => visit.Claiming, institution => Name(institution, "claiming"));
        });
        model.Entity<ReportReceipt>(entity =>
        {
            entity.HasKey(receipt => new { receipt.TenantId, receipt.ReportId, receipt.AccountId });
            entity.HasOne<VisitReport>().WithMany().HasForeignKey(receipt => new { receipt.TenantId, receipt.ReportId });
        });
    }

    private static void Name(ComplexPropertyBuilder<Institution> institution, string role)
    {
        institution.Property(i => i.Name).HasColumnName($"{role}_name");
        institution.Property(i => i.Code).HasColumnName($"{role}_code");
    }
}
