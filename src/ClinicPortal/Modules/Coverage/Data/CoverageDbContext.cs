using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Coverage.Data;

public sealed class CoverageDbContext(DbContextOptions<CoverageDbContext> options) : ModuleDbContext(options)
{
    public DbSet<CoverSubscription> Subscriptions => Set<CoverSubscription>();

    protected override string Schema => "coverage";

    protected override void Configure(ModelBuilder model) =>
        model.Entity<CoverSubscription>().HasKey(s => new { s.TenantId, s.Id });
}
