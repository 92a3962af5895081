using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.CarryOut;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Dun;

/// <summary>
/// Every morning while something is open: invoices that fall due are charged to the card of clinics that want it so, and clinics whose invoices are overdue are reminded, one
/// mail a step (督促).
/// </summary>
internal sealed class LookAtReceivables(
    BillingContext db, OpenReceivables open, GatewayAccounts accounts, Bookkeeping books, PortalSession session, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    private static readonly TimeOnly Morning = new(9, 30);

    public static string Kind => "billing.look-at-receivables";

    /// <summary>The next morning's look; there once a day, whoever asks.</summary>
    public static WorkItem Next(TenantInfo tenant, DateTimeOffset now)
    {
        var day = WallClock.Of(now, tenant.Zone).Date.AddDays(1);
        return WorkItem.For(Kind, new TenantId(tenant.Id), day, $"{Kind}:{tenant.Id}:{day:yyyy-MM-dd}", now, WallClock.At(day, Morning, tenant.Zone).ToUniversalTime());
    }

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (tenant, now) = (tenants.ById(item.Tenant!.Value.Value)!, clock.GetUtcNow());
        var today = WallClock.Of(now, tenant.Zone).Date;
        var all = await open.ListAsync(null, cancellationToken);
        if (all.Count == 0)
        {
            return;
        }
        var underWay = await open.UnderWayAsync(cancellationToken);
        var due = all.Where(o => o.Invoice.DueOn <= today && !underWay.Contains(o.Invoice.Id)).ToList();
        if (await accounts.FindAsync(cancellationToken) is not null)
        {
            await ChargeAsync(due, now, cancellationToken);
        }
        var dunning = (await db.PaymentSettings.SingleOrDefaultAsync(cancellationToken))?.Dunning ?? Dunning.Default;
        if (dunning.IsOn)
        {
            var ids = due.ConvertAll(o => o.Invoice.Id);
            var sent = (await db.DunningNotices.Where(n => ids.Contains(n.ReceivableId)).ToListAsync(cancellationToken)).ToLookup(n => n.ReceivableId);
            foreach (var invoice in due.Select(o => o.Invoice).Where(i => !i.DunningStopped))
            {
                var step = dunning.StepOn(invoice.DueOn, today);
                if (step > 0 && sent[invoice.Id].All(n => n.Step < step))
                {
                    session.Enqueue(RemindPayer.Of(invoice, step, now));
                }
            }
        }
        session.Enqueue(Next(tenant, now));
    }

    /// <summary>One charge a clinic for all that is due; a card that was declined is tried again with the next invoice, or by the clinic itself.</summary>
    private async Task ChargeAsync(List<OpenReceivable> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var payers = await db.Payers.Where(p => p.ChargeAutomatically && p.CardId != null).ToListAsync(cancellationToken);
        foreach (var payer in payers)
        {
            await books.LockAsync(payer.Id, cancellationToken);
            var tried = await db.Payments.Where(p => p.ClinicId == payer.Id && p.OffSession && p.Status == PaymentStatus.Failed).Select(p => p.For).ToListAsync(cancellationToken);
            var own = due.Where(o => o.Invoice.ClinicId == payer.Id && !tried.Exists(ids => ids.Contains(o.Invoice.Id))).ToList();
            if (own.Count == 0)
            {
                continue;
            }
            var payment = Payment.Ask(
                payer.TenantId, payer.Id, payer.ClinicName, PaymentChannel.Card, own.Sum(o => o.OpenYen), [.. own.Select(o => o.Invoice.Id)], offSession: true,
                CurrentUser.Portal.Name, now);
            db.Payments.Add(payment);
            session.Enqueue(CarryOutPayment.Of(payment, now));
        }
        await db.SaveChangesAsync(cancellationToken);
    }
}
