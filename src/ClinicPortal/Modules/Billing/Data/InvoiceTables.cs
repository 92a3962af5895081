using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Data;

internal static class InvoiceTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<InvoiceRun>(run => run.HasKey(r => new { r.TenantId, r.Id }));
        model.Entity<Invoice>(invoice =>
        {
            invoice.HasKey(i => new { i.TenantId, i.Id });
            invoice.Property(i => i.Issuer!).HasJson();
        });
        model.Entity<InvoiceItem>(item => item.HasKey(i => new { i.TenantId, i.InvoiceId, i.Position }));
        model.Entity<InvoiceEvent>(one => one.HasKey(e => new { e.TenantId, e.Id }));
        model.Entity<InvoiceDocument>(document => document.HasKey(d => new { d.TenantId, d.Id }));
        model.Entity<InvoiceNumber>(number => number.HasKey(n => new { n.TenantId, n.RegistrationNumber, n.Year }));
        model.Entity<OpenLine>(line => line.HasKey(l => new { l.TenantId, l.ClinicId, l.Night, l.LineId }));
    }
}
