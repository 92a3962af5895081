using System.Globalization;
using System.Runtime.CompilerServices;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.KeepArchive;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing;

/// <summary>The books of a closing association: as tables, and every document that went out as the file that it is.</summary>
internal sealed class BillingPart(BillingContext db) : ITenantPart
{
    private const string Documents = "billing.invoice_document";

    public string Name => "billing";

    public IReadOnlyDictionary<string, string> LeftOut { get; } = new Dictionary<string, string>
    {
        ["billing.payment_setting"] = "keys of the payment service and of the bank, which are the association's already",
    };

    public async Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        await archive.WriteAllAsync(db, Name, cancellationToken, new Dictionary<string, string>(LeftOut) { [Documents] = "written here" });
        await archive.AddTableAsync(
            "data/billing/invoice_document.csv", ["id", "invoice_id", "number", "format", "file", "sha256", "created_at"], DocumentsAsync(cancellationToken), cancellationToken);
        var documents =
            from document in db.InvoiceDocuments.AsNoTracking()
            join invoice in db.Invoices on new { document.TenantId, Id = document.InvoiceId } equals new { invoice.TenantId, invoice.Id }
            orderby invoice.NumberYear, invoice.NumberInYear, document.Format
            select new { Document = document, invoice.Number };
        await foreach (var one in documents.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            ArchiveCheck.Whole(one.Document);
            await archive.AddAsync(PathOf(one.Number!, one.Document.Format), one.Document.Content, cancellationToken);
        }
    }

    private static string PathOf(string number, InvoiceFormat format) => $"documents/billing/{number}.{format.ToString().ToLowerInvariant()}";

    private async IAsyncEnumerable<IEnumerable<object?>> DocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows =
            from document in db.InvoiceDocuments.AsNoTracking()
            join invoice in db.Invoices on new { document.TenantId, Id = document.InvoiceId } equals new { invoice.TenantId, invoice.Id }
            orderby invoice.NumberYear, invoice.NumberInYear, document.Format
            select new { document.Id, document.InvoiceId, invoice.Number, document.Format, document.Sha256, document.CreatedAt };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return
            [
                row.Id, row.InvoiceId, row.Number, row.Format, PathOf(row.Number!, row.Format), Convert.ToHexStringLower(row.Sha256),
                row.CreatedAt.ToString("O", CultureInfo.InvariantCulture),
            ];
        }
    }
}
