using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.PostInvoices;

/// <summary>An issued document that does not stand any more goes out of the books: what paid it is free again.</summary>
internal sealed class TakenBack(BillingContext db, Bookkeeping books, TimeProvider clock)
{
    private const string By = "ClinicPortal";

    /// <returns>Payments that were put against it, the oldest first.</returns>
    public async Task<IReadOnlyList<Payment>> DoAsync(Invoice document, DateOnly on, CancellationToken cancellationToken)
    {
        await books.LockAsync(document.ClinicId, cancellationToken);
        var freed = await FreeAsync(document.Id, cancellationToken);
        var now = clock.GetUtcNow();
        if (await db.Receivables.SingleOrDefaultAsync(r => r.Id == document.Id, cancellationToken) is { VoidedOn: null } receivable)
        {
            await books.BookAsync(receivable.BookVoid(on, now), cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            receivable.Void(on);
        }
        else if (await db.Payments.SingleOrDefaultAsync(p => p.Id == document.Id, cancellationToken) is { Channel: PaymentChannel.Credit } credit
            && !await db.Refunds.AnyAsync(r => r.PaymentId == credit.Id, cancellationToken))
        {
            // The credit is gone: nobody can use it, as if it had been given back.
            var gone = Refund.Ask(credit, credit.AmountYen, document.VoidReason ?? "", By, now);
            gone.Follow(null, RefundStatus.Succeeded, null);
            db.Refunds.Add(gone);
            await books.BookAsync(ReturnEntry(document, JournalKind.ReturnVoided, on, now, -1), cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        return freed;
    }

    /// <summary>売上 and 仮受消費税 against 前受金: a return is money that the clinic has with the association.</summary>
    /// <param name="sign">−1 takes it back.</param>
    public static JournalEntry ReturnEntry(Invoice document, JournalKind kind, DateOnly on, DateTimeOffset now, int sign) => JournalEntry.Book(
        new JournalSource(document.TenantId, kind, document.Id, document.ClinicId, document.Number!), on, now,
        (LedgerAccount.Sales, sign * (document.TaxYen - document.TotalYen)), (LedgerAccount.ConsumptionTax, sign * -document.TaxYen), (LedgerAccount.Advances, sign * document.TotalYen));

    private async Task<IReadOnlyList<Payment>> FreeAsync(Guid document, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var allocations = await db.Allocations.Where(a => a.ReceivableId == document || a.PaymentId == document).ToListAsync(cancellationToken);
        var numbers = await db.Receivables.Where(r => allocations.Select(a => a.ReceivableId).Contains(r.Id) || r.Id == document).ToDictionaryAsync(r => r.Id, r => r.Number, cancellationToken);
        var standing = allocations.Where(a => a.AmountYen > 0 && !allocations.Exists(b => b.Reverses == a.Id)).ToList();
        foreach (var allocation in standing)
        {
            await books.TakeBackAsync(allocation, numbers[allocation.ReceivableId], cancellationToken);
        }
        var writeOffs = await db.WriteOffs.Where(w => w.ReceivableId == document).ToListAsync(cancellationToken);
        foreach (var writeOff in writeOffs.Where(w => w.AmountYen > 0 && !writeOffs.Exists(b => b.Reverses == w.Id)))
        {
            var back = writeOff.TakeBack(books.Today(writeOff.TenantId), By, now);
            db.WriteOffs.Add(back);
            db.JournalEntries.Add(back.Book(numbers[document], now));
        }
        await db.SaveChangesAsync(cancellationToken);
        var payments = standing.Where(a => a.ReceivableId == document).Select(a => a.PaymentId).ToList();
        return await db.Payments.Where(p => payments.Contains(p.Id)).OrderBy(p => p.ReceivedOn).ToListAsync(cancellationToken);
    }
}
