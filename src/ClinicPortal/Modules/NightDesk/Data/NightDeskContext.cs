using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.Data;

public sealed class NightDeskContext(DbContextOptions<NightDeskContext> options) : ModuleDbContext(options)
{
    public DbSet<Case> Cases => Set<Case>();

    public DbSet<CaseEvent> CaseEvents => Set<CaseEvent>();

    public DbSet<Dispatch> Dispatches => Set<Dispatch>();

    protected override string Schema => "nightdesk";

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Case>(entity =>
        {
            entity.HasKey(c => new { c.TenantId, c.Id });
            entity.Property(c => c.SealedTold).IsSealed();
            entity.Property(c => c.Version).IsRowVersion();
            entity.HasMany(c => c.Events).WithOne().HasForeignKey(e => new { e.TenantId, e.CaseId });
            entity.Navigation(c => c.Events).HasField("events").UsePropertyAccessMode(PropertyAccessMode.Field);
        });
        model.Entity<CaseEvent>(entity =>
        {
            entity.HasKey(e => new { e.TenantId, e.At, e.Id });
            entity.Property(e => e.SealedDetails).IsSealed();
        });
        model.Entity<Dispatch>(entity =>
        {
            entity.HasKey(d => new { d.TenantId, d.Id });
            entity.Property(d => d.SealedDeclineReason!).IsSealed().IsRequired(false);
            entity.Property(d => d.Version).IsRowVersion();
        });
    }
}
