using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Dun;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.PostInvoices;

/// <summary>
/// Issued documents come into the books: what is to be paid as a receivable, a return as money that the clinic has with the association, a correction in its original's
/// place. Told again, nothing is booked again. What a clinic has paid ahead pays its new invoices.
/// </summary>
internal sealed class PostInvoicesHandler(
    BillingContext db, Bookkeeping books, OpenReceivables open, TakenBack takenBack, PortalSession session, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "billing.post-invoices";

    /// <summary>A month's invoices are many: alarms of the night do not wait behind them.</summary>
    public static bool IsSlow => true;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var ids = item.Read<InvoicesIssued>().Invoices.ToList();
        var known = (await db.JournalEntries.Where(e => (e.Kind == JournalKind.InvoiceIssued || e.Kind == JournalKind.ReturnIssued) && ids.Contains(e.SourceId))
            .Select(e => e.SourceId).ToListAsync(cancellationToken)).ToHashSet();
        var documents = (await db.Invoices.AsNoTracking().Where(i => ids.Contains(i.Id)).ToListAsync(cancellationToken))
            .Where(d => d.IssuedOn is not null && !known.Contains(d.Id)).OrderBy(d => d.NumberYear).ThenBy(d => d.NumberInYear).ToList();
        var now = clock.GetUtcNow();
        var freed = new Dictionary<Guid, IReadOnlyList<Payment>>();
        foreach (var document in documents)
        {
            if (document is { Kind: InvoiceKind.CorrectedInvoice, OriginalId: { } originalId })
            {
                var original = await db.Invoices.AsNoTracking().SingleAsync(i => i.Id == originalId, cancellationToken);
                freed[document.Id] = await takenBack.DoAsync(original, document.IssuedOn!.Value, cancellationToken);
            }
            Add(document, now);
        }
        await db.SaveChangesAsync(cancellationToken);
        foreach (var (document, payments) in freed)
        {
            foreach (var payment in payments)
            {
                await UseAsync(payment, [document], cancellationToken);
            }
        }
        await UseAdvancesAsync(documents.Where(d => d.TotalYen > 0).ToLookup(d => d.ClinicId, d => d.Id), cancellationToken);
        if (documents.Count > 0)
        {
            var tenant = documents[0].TenantId;
            session.Enqueue(LookAtReceivables.Next(tenants.ById(tenant)!, now));
            session.Changed(Bookkeeping.Topic(tenant));
        }
    }

    private void Add(Invoice document, DateTimeOffset now)
    {
        var on = document.IssuedOn!.Value;
        if (document.TotalYen > 0)
        {
            var receivable = Receivable.Of(
                document.TenantId, document.Id, document.ClinicId, document.ClinicName, document.Number!, on, document.DueOn ?? on, document.TotalYen, document.TaxYen);
            db.Receivables.Add(receivable);
            db.JournalEntries.Add(receivable.BookIssue(now));
        }
        else if (document.TotalYen < 0)
        {
            var credit = Payment.Arrived(document.TenantId, document.Id, PaymentChannel.Credit, -document.TotalYen, on, null, CurrentUser.Portal.Name, now);
            credit.Assign(document.ClinicId, document.ClinicName);
            db.Payments.Add(credit);
            db.JournalEntries.Add(TakenBack.ReturnEntry(document, JournalKind.ReturnIssued, on, now, 1));
        }
    }

    private async Task UseAdvancesAsync(ILookup<Guid, Guid> invoices, CancellationToken cancellationToken)
    {
        var clinics = invoices.Select(group => group.Key).ToList();
        var ahead = await (
            from payment in db.Payments
            where payment.ClinicId != null && clinics.Contains(payment.ClinicId.Value) && payment.Status == PaymentStatus.Succeeded
            let used = (db.Allocations.Where(a => a.TenantId == payment.TenantId && a.PaymentId == payment.Id).Sum(a => (long?)a.AmountYen) ?? 0)
                + (db.Refunds.Where(r => r.TenantId == payment.TenantId && r.PaymentId == payment.Id && r.Status != RefundStatus.Failed).Sum(r => (long?)r.AmountYen) ?? 0)
            where used < payment.AmountYen
            orderby payment.ReceivedOn, payment.CreatedAt
            select payment).ToListAsync(cancellationToken);
        foreach (var payment in ahead)
        {
            await UseAsync(payment, [.. invoices[payment.ClinicId!.Value]], cancellationToken);
        }
    }

    private async Task UseAsync(Payment payment, IReadOnlyList<Guid> invoices, CancellationToken cancellationToken)
    {
        var clinic = payment.ClinicId!.Value;
        await books.LockAsync(clinic, cancellationToken);
        if (await open.LeftOfAsync(payment.Id, cancellationToken) is { LeftYen: > 0 and var left })
        {
            await books.AllocateAsync(payment, await open.OfAsync(clinic, invoices, cancellationToken), left, cancellationToken);
        }
    }
}

/// <summary>An issued document became void: it goes out of the books, and what paid it stays with the clinic.</summary>
internal sealed class PostVoid(BillingContext db, TakenBack takenBack, Bookkeeping books) : IWorkHandler
{
    public static string Kind => "billing.post-void";

    /// <summary>After the issue that it takes back.</summary>
    public static bool IsSlow => true;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<InvoiceVoided>().Invoice;
        var document = await db.Invoices.AsNoTracking().SingleAsync(i => i.Id == id, cancellationToken);
        // Before it was booked nothing is to be taken back; its issue comes first in the order of work, and again if it failed.
        if (document.TotalYen != 0 && !await db.JournalEntries.AnyAsync(e => e.SourceId == id && (e.Kind == JournalKind.InvoiceIssued || e.Kind == JournalKind.ReturnIssued), cancellationToken))
        {
            throw new InvalidOperationException($"{id} became void before it was booked.");
        }
        await takenBack.DoAsync(document, books.Today(document.TenantId), cancellationToken);
    }
}
