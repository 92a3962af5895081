using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Books;

/// <summary>Writes what happens to money into payments, allocations and the journal, together. Each event is booked once, however often it is told.</summary>
public sealed class Bookkeeping(
    BillingContext db, OpenReceivables open, CurrentUser user, PortalSession session, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>Pages that show a clinic's payments, and the secretariat's.</summary>
    public static string Topic(Guid tenantId) => $"payments:{tenantId:N}";

    public DateOnly Today(Guid tenantId) => WallClock.Of(clock.GetUtcNow(), tenants.ById(tenantId)!.Zone).Date;

    /// <summary>Until the end of the transaction nobody else decides what a clinic's money pays.</summary>
    public Task LockAsync(Guid clinic, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"payer:" + clinic}, 0))", cancellationToken);

    /// <summary>Money is here: it is booked, and put against the invoices that it came for.</summary>
    public async Task ReceiveAsync(Payment payment, CancellationToken cancellationToken)
    {
        await BookAsync(payment.BookReceipt(clock.GetUtcNow()), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        if (payment.ClinicId is { } clinic && payment.For.Length > 0)
        {
            await AllocateAsync(payment, await open.OfAsync(clinic, payment.For, cancellationToken), payment.AmountYen, cancellationToken);
        }
        session.Changed(Topic(payment.TenantId));
    }

    /// <summary>Pays the invoices in their order as far as the money goes. What is left stays with the clinic (前受).</summary>
    /// <returns>What is left.</returns>
    public async Task<long> AllocateAsync(Payment payment, IReadOnlyList<OpenReceivable> invoices, long left, CancellationToken cancellationToken)
    {
        var (now, today) = (clock.GetUtcNow(), Today(payment.TenantId));
        foreach (var (invoice, openYen) in invoices)
        {
            var yen = Math.Min(openYen, left);
            if (yen <= 0)
            {
                continue;
            }
            var allocation = Allocation.Of(payment, invoice, yen, today, user.Name, now);
            db.Allocations.Add(allocation);
            db.JournalEntries.Add(allocation.Book(invoice.Number, now));
            left -= yen;
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Topic(payment.TenantId));
        return left;
    }

    public async Task TakeBackAsync(Allocation allocation, string number, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var back = allocation.TakeBack(Today(allocation.TenantId), user.Name, now);
        db.Allocations.Add(back);
        db.JournalEntries.Add(back.Book(number, now));
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Topic(allocation.TenantId));
    }

    public async Task WriteOffAsync(Receivable invoice, WriteOffKind kind, long yen, string reason, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var writeOff = WriteOff.Of(invoice, kind, yen, reason, Today(invoice.TenantId), user.Name, now);
        db.WriteOffs.Add(writeOff);
        db.JournalEntries.Add(writeOff.Book(invoice.Number, now));
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Topic(invoice.TenantId));
    }

    public async Task RefundedAsync(Refund refund, Payment payment, CancellationToken cancellationToken)
    {
        await BookAsync(refund.Book(payment, Today(refund.TenantId), clock.GetUtcNow()), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Topic(refund.TenantId));
    }

    /// <summary>
    /// Money that went back without anybody here wanting it. Invoices that it had paid, the last ones first, are open again as far as the rest of the
    /// payment does not reach.
    /// </summary>
    /// <param name="dispute">That took it, where one did.</param>
    public async Task TakenBackAsync(Payment payment, GatewayRefund gone, string reason, string by, CancellationToken cancellationToken, Guid? dispute = null)
    {
        var left = (await open.LeftOfAsync(payment.Id, cancellationToken))!.LeftYen;
        var freed = await FreeAsync(payment, gone.AmountYen - left, cancellationToken);
        var refund = Refund.Ask(payment, gone.AmountYen, reason, by, clock.GetUtcNow(), dispute);
        db.Refunds.Add(refund);
        var isGone = refund.Follow(gone.Id, gone.Status, null);
        await db.SaveChangesAsync(cancellationToken);
        if (isGone)
        {
            await RefundedAsync(refund, payment, cancellationToken);
        }
        await AllocateAsync(
            payment, await open.OfAsync(payment.ClinicId, freed, cancellationToken), (await open.LeftOfAsync(payment.Id, cancellationToken))!.LeftYen, cancellationToken);
    }

    /// <summary>What the payment service charged for a movement, or gave back of that.</summary>
    public async Task ChargedAsync(Guid tenantId, GatewayMovement movement, DateOnly on, CancellationToken cancellationToken)
    {
        if (movement.FeeYen != 0)
        {
            await BookAsync(
                JournalEntry.Book(
                    new JournalSource(tenantId, JournalKind.GatewayFee, StableId.Of($"{tenantId}", movement.Id), null, ""), on, clock.GetUtcNow(),
                    (LedgerAccount.Fees, movement.FeeYen), (LedgerAccount.Clearing, -movement.FeeYen)),
                cancellationToken);
        }
    }

    /// <returns>The invoices, the first paid in front.</returns>
    private async Task<IReadOnlyList<Guid>> FreeAsync(Payment payment, long missing, CancellationToken cancellationToken)
    {
        var allocations = await db.Allocations.Where(a => a.PaymentId == payment.Id).OrderByDescending(a => a.Id).ToListAsync(cancellationToken);
        var freed = new List<Guid>();
        foreach (var allocation in allocations.Where(a => a.AmountYen > 0 && !allocations.Exists(b => b.Reverses == a.Id)).TakeWhile(_ => missing > 0))
        {
            await TakeBackAsync(allocation, await db.Receivables.Where(r => r.Id == allocation.ReceivableId).Select(r => r.Number).SingleAsync(cancellationToken), cancellationToken);
            missing -= allocation.AmountYen;
            freed.Insert(0, allocation.ReceivableId);
        }
        return freed;
    }

    /// <summary>前受: what a clinic has paid that pays nothing yet, by the journal.</summary>
    public async Task<long> AdvanceAsync(Guid clinic, CancellationToken cancellationToken) => await (
        from entry in db.JournalEntries
        where entry.ClinicId == clinic
        from posting in entry.Postings
        where posting.Account == LedgerAccount.Advances
        select (long?)(posting.CreditYen - posting.DebitYen)).SumAsync(cancellationToken) ?? 0;

    /// <summary>Adds an entry, unless its source has been booked. Two who come to it at once: the database refuses the second.</summary>
    public async Task BookAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var (kind, source) = (entry.Kind, entry.SourceId);
        if (!await db.JournalEntries.AnyAsync(e => e.Kind == kind && e.SourceId == source, cancellationToken))
        {
            db.JournalEntries.Add(entry);
        }
    }
}
