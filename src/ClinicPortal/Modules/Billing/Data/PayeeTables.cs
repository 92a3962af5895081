using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Data;

/// <summary>Tables of who is paid.</summary>
internal static class PayeeTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<PayeeChange>(change =>
        {
            change.HasKey(c => new { c.TenantId, c.Id });
            change.HasIndex(c => new { c.TenantId, c.PayeeId, c.At });
            change.Property(c => c.SealedAccount!).IsSealed().IsRequired(false);
        });
        model.Entity<Payee>(payee =>
        {
            payee.HasKey(p => new { p.TenantId, p.Id });
            payee.Property(p => p.SealedAccount!).IsSealed().IsRequired(false);
            payee.Property(p => p.Version).IsRowVersion();
            payee.Ignore(p => p.Engagement);
            payee.HasMany(p => p.Changes).WithOne().HasForeignKey(c => new { c.TenantId, c.PayeeId }).HasPrincipalKey(p => new { p.TenantId, p.Id });
            payee.Navigation(p => p.Changes).HasField("changes");
        });
    }
}
