using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage.Data;

public sealed class CoverageDbContext(DbContextOptions<CoverageDbContext> options) : ModuleDbContext(options)
{
    public DbSet<CoverSubscription> Subscriptions => Set<CoverSubscription>();

    public DbSet<PausedNights> Pauses => Set<PausedNights>();

    public DbSet<BoughtNight> BoughtNights => Set<BoughtNight>();

    public DbSet<CoverChange> Changes => Set<CoverChange>();

    public DbSet<PatientCount> PatientCounts => Set<PatientCount>();

    /// <summary>Until the end of the transaction nobody else writes the clinic's cover: what is chosen and what its membership allows come one after the other.</summary>
    public Task LockCoverAsync(Guid clinic, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"cover:" + clinic}, 0))", cancellationToken);

    protected override string Schema => "coverage";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<CoverSubscription>().HasKey(s => new { s.TenantId, s.Id });
        model.Entity<PausedNights>().HasKey(p => new { p.TenantId, p.Id });
        model.Entity<BoughtNight>(entity =>
        {
            entity.HasKey(n => new { n.TenantId, n.Id });
            entity.HasIndex(n => new { n.TenantId, n.ClinicId, n.Night }).IsUnique();
        });
        model.Entity<CoverChange>().HasKey(c => new { c.TenantId, c.Id });
        model.Entity<PatientCount>().HasKey(c => new { c.TenantId, c.ClinicId, c.OnDay });
    }
}
