using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Data;

public sealed class BillingContext(DbContextOptions<BillingContext> options) : ModuleDbContext(options)
{
    public DbSet<InvoiceLine> InvoiceLines => Set<InvoiceLine>();

    protected override string Schema => "billing";

    protected override void Configure(ModelBuilder model) => model.Entity<InvoiceLine>(entity =>
    {
        entity.HasKey(line => new { line.TenantId, line.Id });
        entity.HasIndex(line => new { line.TenantId, line.VisitId, line.Kind }).IsUnique();
        entity.HasIndex(line => new { line.TenantId, line.Month, line.ClinicId });
    });
}
