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
        var rows = await (
            from item in db.InvoiceItems.AsNoTracking()
            where item.TenantId == invoice.TenantId && item.InvoiceId == invoice.Id
            join charged in db.InvoiceLines.AsNoTracking() on new { item.TenantId, LineId = item.LineId!.Value } equals new { charged.TenantId, LineId = charged.Id } into lines
            from line in lines.DefaultIfEmpty()
            orderby item.Position
            select new { Item = item, Line = line }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => row.Item.Description is { } written
            ? new InvoiceRow(
                row.Item.Position, row.Item.LineId, row.Item.SuppliedOn!.Value, written, row.Item.Reference, row.Item.Quantity!.Value, row.Item.UnitYen!.Value,
                row.Item.AmountYen!.Value, row.Item.TaxCategory!.Value)
            : new InvoiceRow(
                row.Item.Position, row.Item.LineId, row.Line.Night, words.Of(row.Line), row.Line.CaseNumber, row.Line.Quantity, row.Line.UnitYen,
                row.Line.AmountYen, row.Line.TaxCategory))];
    }
}
