using ClinicPortal.Modules.Billing.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Data;

internal static class MeteringTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<InvoiceLine>(entity =>
        {
            entity.HasKey(line => new { line.TenantId, line.Id });
            entity.HasIndex(line => new { line.TenantId, line.SourceKind, line.SourceId, line.Kind }).IsUnique();
            entity.HasIndex(line => new { line.TenantId, line.Month, line.ClinicId });
        });
        model.Entity<Usage>(entity =>
        {
            entity.HasKey(usage => new { usage.TenantId, usage.Id });
            entity.HasIndex(usage => new { usage.TenantId, usage.Kind, usage.SourceId }).IsUnique();
            entity.HasIndex(usage => new { usage.TenantId, usage.Month, usage.ClinicId });
        });
        model.Entity<UsageVoid>().HasKey(v => new { v.TenantId, v.UsageId });
    }
}
