using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ListInvoiceLines;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ShowInvoice;

/// <summary>A line as an invoice shows it.</summary>
/// <param name="SuppliedOn">The date the night began, or of which the correction is.</param>
/// <param name="Description">What is charged, in the reader's language; a correction's as it was written.</param>
/// <param name="Reference">Number of the case or appointment.</param>
/// <param name="UnitYen">Integer yen, excluding tax; so is the amount.</param>
public sealed record InvoiceRow(
    int Position, Guid? LineId, DateOnly SuppliedOn, string Description, string? Reference, int Quantity, int UnitYen, int AmountYen, TaxCategory TaxCategory);

/// <param name="Original">What a correction is about.</param>
public sealed record InvoiceSheetModel(Invoice Invoice, InvoiceIssuer Issuer, IReadOnlyList<InvoiceRow> Rows, Invoice? Original)
{
    /// <summary>What the rows come to by rate, by themselves: what the invoice says must be the same.</summary>
    public IReadOnlyList<TaxTotal> Totals { get; } =
        ConsumptionTax.Totals(Rows.Select(row => (row.TaxCategory, (long)row.AmountYen)), Invoice.TaxRounding);

    public bool AddsUp => Totals.Sum(total => total.NetYen + total.TaxYen) == Invoice.TotalYen && Totals.Sum(total => total.TaxYen) == Invoice.TaxYen;
}

/// <summary>Invoices as the person may see them: the secretariat all of its association, a clinic its own once they are issued.</summary>
public sealed class InvoiceReader(BillingContext db, CurrentUser user, LineWords words)
{
    internal static readonly string[] Readers = [Roles.Secretariat, Roles.ClinicDoctor, Roles.ClinicStaff];

    public bool IsSecretariat => user.Is(Roles.Secretariat, Roles.Portal);

    public IQueryable<Invoice> Visible()
    {
        if (IsSecretariat)
        {
            return db.Invoices.AsNoTracking();
        }
        var clinic = user.OrganisationId;
        return db.Invoices.AsNoTracking().Where(i => i.ClinicId == clinic && (i.Status == InvoiceStatus.Issued || i.Status == InvoiceStatus.Void));
    }

    public Task<Invoice?> FindAsync(Guid id, CancellationToken cancellationToken) => Visible().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);

    /// <param name="issuer">Of an invoice that is not issued yet: as it would be.</param>
    public async Task<InvoiceSheetModel> SheetAsync(Invoice invoice, InvoiceIssuer issuer, CancellationToken cancellationToken)
    {
        var original = invoice.OriginalId is { } id
            ? await db.Invoices.AsNoTracking().SingleAsync(i => i.TenantId == invoice.TenantId && i.Id == id, cancellationToken) : null;
        return new InvoiceSheetModel(invoice, invoice.Issuer ?? issuer, await RowsAsync(invoice, cancellationToken), original);
    }

    public async Task<IReadOnlyList<InvoiceRow>> RowsAsync(Invoice invoice, CancellationToken cancellationToken)
    {
        var items = await db.InvoiceItems.AsNoTracking().Where(item => item.TenantId == invoice.TenantId && item.InvoiceId == invoice.Id).OrderBy(item => item.Position)
            .ToListAsync(cancellationToken);
        var ids = items.Where(item => item.Description is null).Select(item => item.LineId!.Value).ToArray();
        // Line by line by its key, whatever the database believes: right after a month's run it knows nothing yet of its million lines, and would look through all of them.
        var lines = await db.InvoiceLines.FromSql($"""
            SELECT line.* FROM unnest({ids}) AS wanted (id)
            CROSS JOIN LATERAL (SELECT * FROM billing.invoice_line WHERE tenant_id = {invoice.TenantId} AND id = wanted.id LIMIT 1) AS line
            """).AsNoTracking().ToDictionaryAsync(line => line.Id, cancellationToken);
        return [.. items.Select(item => item.Description is { } written
            ? new InvoiceRow(
                item.Position, item.LineId, item.SuppliedOn!.Value, written, item.Reference, item.Quantity!.Value, item.UnitYen!.Value, item.AmountYen!.Value, item.TaxCategory!.Value)
            : RowOf(item, lines[item.LineId!.Value]))];
    }

    private InvoiceRow RowOf(InvoiceItem item, InvoiceLine line) => new(
        item.Position, item.LineId, line.Night, words.Of(line), line.CaseNumber, line.Quantity, line.UnitYen, line.AmountYen, line.TaxCategory);
}
