using System.Globalization;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.SettlePayments;

/// <param name="Payer">Who transferred, as the bank wrote it.</param>
public sealed record PaymentRow(Payment Payment, string? Payer, long LeftYen);

/// <param name="Waiting">Those that a person must look at: of nobody yet, or with money left.</param>
/// <param name="Disputed">Disputes that are not decided, those to be answered first in front.</param>
public sealed record PaymentList(
    DateOnly Month, IReadOnlyList<PaymentRow> Waiting, IReadOnlyList<PaymentRow> OfMonth, IReadOnlyList<(Dispute Dispute, string ClinicName)> Disputed, TimeZoneInfo Zone, FormState Form);

/// <param name="Candidates">Whose it may be; empty where that is known.</param>
/// <param name="Open">Open invoices of the clinic that is known or chosen.</param>
public sealed record PaymentDetails(
    Payment Payment, string? Payer, BankReceipt? Receipt, long LeftYen, IReadOnlyList<Match> Candidates, IReadOnlyList<(Guid Id, string Name)> Clinics, Guid? Chosen,
    IReadOnlyList<OpenReceivable> Open, IReadOnlyList<(Allocation Allocation, string Number, bool IsTakenBack)> Allocations, IReadOnlyList<Refund> Refunds,
    IReadOnlyList<Dispute> Disputes, TimeZoneInfo Zone, FormState Form);

/// <summary>入金一覧 and one payment with what it may pay.</summary>
public sealed class ShowPayments(BillingContext db, OpenReceivables open, Bookkeeping books, IMemberClinics clinics, CurrentUser user, AuditTrail audit, ITenantResolver tenants)
{
    private const string MonthFormat = "yyyy-MM";

    public async Task<PaymentList> ListAsync(string? month, FormState form, CancellationToken cancellationToken)
    {
        var today = books.Today(user.TenantId!.Value);
        var first = DateOnly.TryParseExact(month, MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) && read.Year is > 2000 and < 9000
            ? read : new DateOnly(today.Year, today.Month, 1);
        var last = first.AddMonths(1);
        var rows = await (
            from p in db.Payments
            let left = p.Status != PaymentStatus.Succeeded ? 0 : p.AmountYen
                - (db.Allocations.Where(a => a.TenantId == p.TenantId && a.PaymentId == p.Id).Sum(a => (long?)a.AmountYen) ?? 0)
                - (db.Refunds.Where(r => r.TenantId == p.TenantId && r.PaymentId == p.Id && r.Status != RefundStatus.Failed).Sum(r => (long?)r.AmountYen) ?? 0)
            where left > 0 || (p.ReceivedOn >= first && p.ReceivedOn < last)
            orderby p.ReceivedOn descending, p.CreatedAt descending
            select new { Payment = p, Left = left }).ToListAsync(cancellationToken);
        var all = rows.ConvertAll(row => new PaymentRow(row.Payment, row.Payment.SealedPayer?.Value, row.Left));
        var disputed = await (
            from d in db.Disputes.AsNoTracking()
            where d.ClosedAt == null
            join p in db.Payments on new { d.TenantId, Id = d.PaymentId } equals new { p.TenantId, p.Id }
            orderby d.RespondBy ?? DateTimeOffset.MaxValue, d.OpenedAt
            select new { Dispute = d, p.ClinicName }).ToListAsync(cancellationToken);
        audit.Listed("payment", all.Select(row => (row.Payment.TenantId, row.Payment.Id)));
        return new PaymentList(first, [.. all.Where(r => r.LeftYen > 0).OrderBy(r => r.Payment.ClinicId is not null)],
            [.. all.Where(r => r.Payment.ReceivedOn >= first && r.Payment.ReceivedOn < last)], [.. disputed.Select(d => (d.Dispute, d.ClinicName ?? ""))], Zone, form);
    }

    /// <param name="chosen">The clinic whose invoices are shown while nobody has said whose money it is.</param>
    public async Task<PaymentDetails?> OneAsync(Guid id, Guid? chosen, FormState form, CancellationToken cancellationToken)
    {
        if (await open.LeftOfAsync(id, cancellationToken) is not { } found)
        {
            return null;
        }
        var payment = found.Payment;
        var receipt = await db.BankReceipts.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        IReadOnlyList<Match> candidates = [];
        IReadOnlyList<(Guid, string)> names = [];
        if (payment.ClinicId is null && payment.Status == PaymentStatus.Succeeded)
        {
            var members = await clinics.ListAsync(cancellationToken);
            var payers = await db.Payers.AsNoTracking().ToDictionaryAsync(p => p.Id, cancellationToken);
            var due = (await open.ListAsync(null, cancellationToken)).ToLookup(o => o.Invoice.ClinicId);
            candidates = MatchTransfers.For(
                payment.AmountYen, receipt?.SealedPayer.Value ?? payment.SealedPayer?.Value ?? "", receipt?.PayerCode ?? "", receipt?.Edi ?? "",
                members.Select(m => new MatchCandidate(
                    m.Id.Value, m.Name, m.Kana, payers.GetValueOrDefault(m.Id.Value)?.Reference, payers.GetValueOrDefault(m.Id.Value)?.KnownPayers ?? [], [.. due[m.Id.Value]])));
            names = [.. members.Select(m => (m.Id.Value, m.Name))];
            chosen ??= candidates.Count > 0 ? candidates[0].ClinicId : null;
        }
        var clinic = payment.ClinicId ?? chosen;
        var allocations = await (
            from a in db.Allocations.AsNoTracking()
            where a.PaymentId == id
            join r in db.Receivables on new { a.TenantId, Id = a.ReceivableId } equals new { r.TenantId, r.Id }
            orderby a.CreatedAt, a.Id
            select new { Allocation = a, r.Number }).ToListAsync(cancellationToken);
        var takenBack = allocations.Select(a => a.Allocation.Reverses).OfType<Guid>().ToHashSet();
        audit.Opened(payment.TenantId, "payment", id);
        return new PaymentDetails(
            payment, payment.SealedPayer?.Value, receipt, found.LeftYen, candidates, names, clinic,
            clinic is null || found.LeftYen == 0 ? [] : await open.ListAsync(clinic, cancellationToken),
            [.. allocations.Select(a => (a.Allocation, a.Number, takenBack.Contains(a.Allocation.Id)))],
            await db.Refunds.AsNoTracking().Where(r => r.PaymentId == id).OrderBy(r => r.CreatedAt).ToListAsync(cancellationToken),
            await db.Disputes.AsNoTracking().Where(d => d.PaymentId == id).OrderBy(d => d.OpenedAt).ToListAsync(cancellationToken), Zone, form);
    }

    private TimeZoneInfo Zone => tenants.ById(user.TenantId!.Value)!.Zone;
}
