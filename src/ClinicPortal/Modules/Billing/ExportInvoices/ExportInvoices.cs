using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ListInvoices;
using ClinicPortal.Shared.Audit;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ExportInvoices;

/// <summary>Sales of the invoices that a search found, for an accounting package.</summary>
public sealed class ExportInvoices(BillingContext db, ListInvoices.ListInvoices list, AuditTrail audit)
{
    private const int Most = 200_000;

    /// <returns>Null where nothing that was issued is found.</returns>
    public async Task<(string Name, string Type, byte[] Content)?> WriteAsync(AccountingFormat format, InvoiceSearch search, CancellationToken cancellationToken)
    {
        var invoices = await list.Found(search).Where(i => i.Status == InvoiceStatus.Issued || i.Status == InvoiceStatus.Void)
            .OrderBy(i => i.IssuedOn).ThenBy(i => i.NumberYear).ThenBy(i => i.NumberInYear).Take(Most).ToListAsync(cancellationToken);
        if (invoices.Count == 0)
        {
            return null;
        }
        Guid[] wanted = [.. invoices.Where(i => i.Kind == InvoiceKind.CorrectedInvoice).Select(i => i.OriginalId!.Value)];
        var originals = await db.Invoices.AsNoTracking().Where(i => wanted.Contains(i.Id)).ToDictionaryAsync(i => i.Id, cancellationToken);
        var entries = invoices.SelectMany(i => AccountingCsv.Of(i, i.OriginalId is { } id ? originals.GetValueOrDefault(id) : null)).ToList();
        audit.Exported("invoice", invoices.Select(i => (i.TenantId, i.Id)), $"csv {format}");
        return ($"sales-{format.ToString().ToLowerInvariant()}.csv", "text/csv", AccountingCsv.Write(format, entries));
    }
}
