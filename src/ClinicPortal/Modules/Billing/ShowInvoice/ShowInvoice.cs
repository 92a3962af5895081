using System.Security.Cryptography;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ListInvoices;
using ClinicPortal.Modules.Billing.StoreInvoice;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ShowInvoice;

/// <param name="NetYen">Sum of the lines of the category, excluding tax.</param>
/// <param name="RatePercent">0 for 非課税 and 不課税.</param>
public sealed record InvoiceTax(TaxCategory Category, int RatePercent, long NetYen, long TaxYen);

/// <param name="Sha256">In hexadecimal.</param>
public sealed record InvoiceFile(InvoiceFormat Format, string Sha256, int Bytes, DateTimeOffset StoredAt);

/// <summary>An invoice as the API shows it.</summary>
public sealed record InvoiceDetails(
    InvoiceSummary Invoice, string IssuerName, string RegistrationNumber, DateOnly SupplyFrom, DateOnly SupplyUntil, string? Reason, string? Note, string? VoidReason,
    IReadOnlyList<InvoiceTax> Taxes, IReadOnlyList<InvoiceRow> Lines, IReadOnlyList<InvoiceFile> Files);

/// <param name="Corrections">Documents about this one.</param>
/// <param name="TakesDigital">The clinic has said where it takes digital invoices.</param>
public sealed record InvoicePageModel(
    InvoiceSheetModel Sheet, IReadOnlyList<InvoiceFile> Files, IReadOnlyList<InvoiceEvent> Events, IReadOnlyList<Invoice> Corrections, TenantInfo Tenant,
    bool IsSecretariat, bool TakesDigital, FormState Form);

/// <summary>One invoice, its printed form and its files. Opening is on the access log; a file that is not what was stored is not given out.</summary>
public sealed class ShowInvoice(
    BillingContext db, InvoiceReader reader, AuditTrail audit, ITenantResolver tenants, PortalSession session, TimeProvider clock)
{
    public async Task<Result<InvoiceDetails>> DetailsAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await OpenAsync(id, null, cancellationToken) is not { } sheet)
        {
            return Error.NotFound("invoice.not-found");
        }
        var invoice = sheet.Invoice;
        return new InvoiceDetails(
            InvoiceSummary.Of(invoice), sheet.Issuer.Name, sheet.Issuer.RegistrationNumber, invoice.SupplyFrom, invoice.SupplyUntil, invoice.Reason, invoice.Note,
            invoice.VoidReason, [.. sheet.Totals.Select(t => new InvoiceTax(t.Category, Shared.Money.ConsumptionTax.RateOf(t.Category), t.NetYen, t.TaxYen))], sheet.Rows,
            await FilesAsync(invoice, cancellationToken));
    }

    public async Task<InvoicePageModel?> PageAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        if (await OpenAsync(id, null, cancellationToken) is not { } sheet)
        {
            return null;
        }
        var tenant = sheet.Invoice.TenantId;
        return new InvoicePageModel(
            sheet, await FilesAsync(sheet.Invoice, cancellationToken),
            await db.InvoiceEvents.AsNoTracking().Where(e => e.TenantId == tenant && e.InvoiceId == id).OrderBy(e => e.At).ThenBy(e => e.Id).ToListAsync(cancellationToken),
            await reader.Visible().Where(i => i.TenantId == tenant && i.OriginalId == id).OrderBy(i => i.IssuedAt).ToListAsync(cancellationToken),
            tenants.ById(tenant)!, reader.IsSecretariat,
            reader.IsSecretariat && await db.Payers.AnyAsync(p => p.TenantId == tenant && p.Id == sheet.Invoice.ClinicId && p.PeppolId != null, cancellationToken), form);
    }

    /// <summary>Has the digital invoice made that the clinic could not take when the invoice was issued.</summary>
    public async Task<Result<Guid>> MakeDigitalAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, cancellationToken) is not { Stands: true } invoice)
        {
            return Error.NotFound("invoice.not-found");
        }
        if (!await db.Payers.AnyAsync(p => p.TenantId == invoice.TenantId && p.Id == invoice.ClinicId && p.PeppolId != null, cancellationToken))
        {
            return new Error("invoice.no-peppol-id");
        }
        session.Enqueue(StoreDocuments.ForDigital(invoice.TenantId, id, clock.GetUtcNow()));
        audit.Changed(invoice.TenantId, "invoice", id, "digital");
        return id;
    }

    public Task<InvoiceSheetModel?> SheetAsync(Guid id, CancellationToken cancellationToken) => OpenAsync(id, "print", cancellationToken);

    /// <exception cref="TamperedException">It is not what was stored.</exception>
    public async Task<(string Name, byte[] Content)?> FileAsync(Guid id, InvoiceFormat format, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, cancellationToken) is not { } invoice
            || await db.InvoiceDocuments.AsNoTracking().SingleOrDefaultAsync(
                d => d.TenantId == invoice.TenantId && d.InvoiceId == id && d.Format == format, cancellationToken) is not { } file)
        {
            return null;
        }
        if (!SHA256.HashData(file.Content).AsSpan().SequenceEqual(file.Sha256))
        {
            throw new TamperedException("billing.invoice_document.sha256", file.TenantId, file.Id);
        }
        var extension = format == InvoiceFormat.Pdf ? "pdf" : "xml";
        audit.Exported("invoice", [(invoice.TenantId, id)], extension);
        return ($"{invoice.Number}.{extension}", file.Content);
    }

    private async Task<InvoiceSheetModel?> OpenAsync(Guid id, string? detail, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(id, cancellationToken) is not { } invoice)
        {
            return null;
        }
        audit.Opened(invoice.TenantId, "invoice", id, detail: detail);
        return await reader.SheetAsync(invoice, tenants.ById(invoice.TenantId)!.Settings.InvoiceIssuer, cancellationToken);
    }

    private async Task<IReadOnlyList<InvoiceFile>> FilesAsync(Invoice invoice, CancellationToken cancellationToken) =>
    [
        .. (await db.InvoiceDocuments.AsNoTracking().Where(d => d.TenantId == invoice.TenantId && d.InvoiceId == invoice.Id).OrderBy(d => d.Format)
            .Select(d => new { d.Format, d.Sha256, d.Content.Length, d.CreatedAt }).ToListAsync(cancellationToken))
            .Select(d => new InvoiceFile(d.Format, Convert.ToHexStringLower(d.Sha256), d.Length, d.CreatedAt)),
    ];
}
