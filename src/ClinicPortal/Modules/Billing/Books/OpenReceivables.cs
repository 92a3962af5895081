using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Books;

/// <param name="OpenYen">What is neither paid nor written off.</param>
public sealed record OpenReceivable(Receivable Invoice, long OpenYen);

/// <param name="LeftYen">What pays nothing and was not given back.</param>
public sealed record PaymentLeft(Payment Payment, long LeftYen);

/// <summary>What is open: of invoices and of payments.</summary>
public sealed class OpenReceivables(BillingContext db)
{
    /// <summary>Invoices that are not wholly settled, those due first in front.</summary>
    /// <param name="clinic">Of one clinic, or of all.</param>
    public async Task<IReadOnlyList<OpenReceivable>> ListAsync(Guid? clinic, CancellationToken cancellationToken) =>
        [.. (await Rows(db.Receivables.Where(r => r.VoidedOn == null && (clinic == null || r.ClinicId == clinic)))
            .Where(r => r.OpenYen > 0).OrderBy(r => r.Invoice.DueOn).ThenBy(r => r.Invoice.Number).ToListAsync(cancellationToken)).Select(r => new OpenReceivable(r.Invoice, r.OpenYen))];

    /// <summary>These invoices, settled or not, in the order asked for; those of others are left out.</summary>
    public async Task<IReadOnlyList<OpenReceivable>> OfAsync(Guid? clinic, IReadOnlyList<Guid> invoices, CancellationToken cancellationToken)
    {
        var ids = invoices.ToArray();
        var rows = await Rows(db.Receivables.Where(r => ids.Contains(r.Id) && r.VoidedOn == null && (clinic == null || r.ClinicId == clinic))).ToListAsync(cancellationToken);
        return [.. rows.OrderBy(r => Array.IndexOf(ids, r.Invoice.Id)).Select(r => new OpenReceivable(r.Invoice, r.OpenYen))];
    }

    public async Task<PaymentLeft?> LeftOfAsync(Guid payment, CancellationToken cancellationToken) => await db.Payments.Where(p => p.Id == payment)
        .Select(p => new PaymentLeft(p, p.Status != PaymentStatus.Succeeded ? 0 : p.AmountYen
            - (db.Allocations.Where(a => a.TenantId == p.TenantId && a.PaymentId == p.Id).Sum(a => (long?)a.AmountYen) ?? 0)
            - (db.Refunds.Where(r => r.TenantId == p.TenantId && r.PaymentId == p.Id && r.Status != RefundStatus.Failed).Sum(r => (long?)r.AmountYen) ?? 0)))
        .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Invoices that a payment on its way is for: they are not paid a second time meanwhile.</summary>
    public async Task<IReadOnlySet<Guid>> UnderWayAsync(CancellationToken cancellationToken) => (await db.Payments
        .Where(p => p.Status == PaymentStatus.Pending || p.Status == PaymentStatus.NeedsAction).Select(p => p.For).ToListAsync(cancellationToken)).SelectMany(ids => ids).ToHashSet();

    private IQueryable<Row> Rows(IQueryable<Receivable> receivables) => receivables.Select(r => new Row
    {
        Invoice = r,
        OpenYen = r.TotalYen
            - (db.Allocations.Where(a => a.TenantId == r.TenantId && a.ReceivableId == r.Id).Sum(a => (long?)a.AmountYen) ?? 0)
            - (db.WriteOffs.Where(w => w.TenantId == r.TenantId && w.ReceivableId == r.Id).Sum(w => (long?)w.AmountYen) ?? 0),
    });

    /// <summary>In the form in which a query can be asked further.</summary>
    private sealed class Row
    {
        public required Receivable Invoice { get; init; }

        public long OpenYen { get; init; }
    }
}
