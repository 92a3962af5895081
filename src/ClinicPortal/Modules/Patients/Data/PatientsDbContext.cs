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
        model.Entity<PatientImport>(import =>
        {
            import.HasKey(i => new { i.TenantId, i.Id });
            import.Property(i => i.SealedContent!).IsSealed().IsRequired(false);
            import.Property(i => i.Version).IsRowVersion();
        });
        model.Entity<SharingGrant>().HasKey(g => new { g.TenantId, g.Id });
        model.Entity<SharingRule>().HasKey(r => new { r.TenantId, r.ClinicId });
        model.Entity<BreakGlassEntry>().HasKey(b => new { b.TenantId, b.Id });
    }
}
