using System.Globalization;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Peppol;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Documents;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.StoreInvoice;

internal sealed record InvoiceNews(Guid Invoice);

/// <summary>
/// Makes what is missing of an issued invoice's files and stores them as they are for good: the PDF, of which the clinic is told, and JP PINT for a
/// clinic that has said where it takes digital invoices.
/// </summary>
internal sealed class StoreDocuments(
    BillingContext db, InvoiceReader reader, PdfPrinter printer, SheetRenderer sheets, PortalSession session,
    IStringLocalizer<InvoiceText> texts, TimeProvider clock) : IWorkHandler
{
    /// <summary>Documents of a run fall due one after the other, about as fast as they are printed: other slow work takes its turn between them.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    public static string Kind => "billing.store-documents";

    public static bool IsSlow => true;

    public static WorkItem For(Guid tenant, Guid invoice, DateTimeOffset now, DateTimeOffset dueAt) =>
        WorkItem.For(Kind, new TenantId(tenant), new InvoiceNews(invoice), $"{Kind}:{invoice}", now, dueAt);

    /// <summary>Once more, for the digital invoice of a clinic that takes them now.</summary>
    public static WorkItem ForDigital(Guid tenant, Guid invoice, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(tenant), new InvoiceNews(invoice), $"{Kind}:{invoice}:xml", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<InvoiceNews>().Invoice;
        var invoice = await reader.FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"Invoice {id} was issued and is not there.");
        var there = await db.InvoiceDocuments.Where(d => d.TenantId == invoice.TenantId && d.InvoiceId == id).Select(d => d.Format).ToListAsync(cancellationToken);
        var address = there.Contains(InvoiceFormat.Xml) ? null
            : await db.Payers.Where(p => p.TenantId == invoice.TenantId && p.Id == invoice.ClinicId).Select(p => p.PeppolId).SingleOrDefaultAsync(cancellationToken);
        if (there.Contains(InvoiceFormat.Pdf) && address is null)
        {
            return;
        }
        // What goes out is Japanese, whoever issued it.
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ja-JP");
        var model = await reader.SheetAsync(invoice, invoice.Issuer!, cancellationToken);
        if (!model.AddsUp)
        {
            throw new InvalidOperationException($"Invoice {invoice.Number} does not say what its lines come to.");
        }
        var now = clock.GetUtcNow();
        if (address is not null)
        {
            db.Add(InvoiceDocument.Of(invoice.TenantId, id, InvoiceFormat.Xml, Digital(model, PeppolId.Parse(address)), now));
        }
        if (!there.Contains(InvoiceFormat.Pdf))
        {
            var pdf = await printer.PrintAsync(
                await sheets.RenderAsync<InvoiceSheet>($"{texts[$"Kind.{invoice.Kind}"]} {invoice.Number}", new Dictionary<string, object?> { ["Model"] = model }), cancellationToken);
            db.Add(InvoiceDocument.Of(invoice.TenantId, id, InvoiceFormat.Pdf, pdf, now));
            session.Enqueue(MailInvoice.For(invoice.TenantId, id, now));
        }
        db.Add(InvoiceEvent.Of(invoice.TenantId, id, InvoiceStep.DocumentsStored, CurrentUser.Portal.Name, now));
        await db.SaveChangesAsync(cancellationToken);
    }

    private static byte[] Digital(InvoiceSheetModel model, PeppolId buyer)
    {
        var document = PintInvoice.Document(model, buyer);
        return PintRules.Check(document) is [var finding, ..]
            ? throw new InvalidOperationException($"Invoice {model.Invoice.Number} breaks {finding.Rule}.") : PintInvoice.Bytes(document);
    }
}
