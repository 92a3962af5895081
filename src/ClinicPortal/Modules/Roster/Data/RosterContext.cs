using ClinicPortal.Modules.Roster.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Roster.Data;

public sealed class RosterContext(DbContextOptions<RosterContext> options) : ModuleDbContext(options)
{
    public DbSet<Unit> Units => Set<Unit>();

    public DbSet<Shift> Shifts => Set<Shift>();

    protected override string Schema => "roster";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Unit>().HasKey(unit => new { unit.TenantId, unit.Id });
        model.Entity<Shift>(entity =>
        {
            entity.HasKey(shift => new { shift.TenantId, shift.Id });
            entity.HasOne<Unit>().WithMany().HasForeignKey(shift => new { shift.TenantId, shift.UnitId });
            entity.HasIndex(shift => new { shift.TenantId, shift.EndsAt });
        });
    }
}
