using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.Data;

public sealed class PatientsDbContext(DbContextOptions<PatientsDbContext> options) : ModuleDbContext(options)
{
    public DbSet<Patient> Patients => Set<Patient>();

    public DbSet<PatientImport> Imports => Set<PatientImport>();

    public DbSet<SharingGrant> Grants => Set<SharingGrant>();

    public DbSet<SharingRule> Rules => Set<SharingRule>();

    public DbSet<BreakGlassEntry> BrokenGlass => Set<BreakGlassEntry>();

    public DbSet<PatientVersion> Versions => Set<PatientVersion>();

    public DbSet<LookSheetIssue> LookSheets => Set<LookSheetIssue>();

    protected override string Schema => "patients";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Patient>(patient =>
        {
            patient.HasKey(p => new { p.TenantId, p.Id });
            patient.Property(p => p.SealedPlace).IsSealed();
            patient.Property(p => p.SealedChart).IsSealed();
            patient.Property(p => p.Version).IsRowVersion();
        });
        model.Entity<PatientVersion>(version =>
        {
            version.HasKey(v => new { v.TenantId, v.Id });
            version.Property(v => v.SealedFields).IsSealed();
        });
        model.Entity<LookSheetIssue>(issue =>
        {
            issue.HasKey(i => new { i.TenantId, i.Id });
            issue.Property(i => i.SealedReason).IsSealed();
            issue.Property(i => i.From).HasColumnName("from_day");
            issue.Property(i => i.Until).HasColumnName("until_day");
        });
        model.Entity<PatientImport>(import =>
        {
            import.HasKey(i => new { i.TenantId, i.Id });
            import.Property(i => i.SealedContent!).IsSealed().IsRequired(false);
            import.Property(i => i.Version).IsRowVersion();
        });
        model.Entity<SharingGrant>(grant =>
        {
            grant.HasKey(g => new { g.TenantId, g.Id });
            grant.Property(g => g.SealedConsentBy).IsSealed();
        });
        model.Entity<SharingRule>().HasKey(r => new { r.TenantId, r.ClinicId });
        model.Entity<BreakGlassEntry>(entry =>
        {
            entry.HasKey(b => new { b.TenantId, b.Id });
            entry.Property(b => b.SealedCause).IsSealed();
            entry.Property(b => b.SealedReviewNote!).IsSealed().IsRequired(false);
        });
    }
}
