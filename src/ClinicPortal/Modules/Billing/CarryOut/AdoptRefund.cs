using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.CarryOut;

/// <summary>
/// A refund that somebody made at the payment service itself: the money is gone, so the books follow. Invoices that it had paid are open again as far as
/// the rest of the payment does not reach.
/// </summary>
internal sealed class AdoptRefund(
    BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, Bookkeeping books, OpenReceivables open, FollowPayments follow,
    IStringLocalizer<PaymentText> texts, TimeProvider clock)
{
    public async Task HandleAsync(Payment payment, string gatewayId, CancellationToken cancellationToken)
    {
        if (payment.ClinicId is not { } clinic || await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return;
        }
        await books.LockAsync(clinic, cancellationToken);
        if (await db.Refunds.AnyAsync(r => r.GatewayId == gatewayId, cancellationToken)
            || await gateway.FindRefundAsync(account, gatewayId, cancellationToken) is not { Status: not RefundStatus.Failed } found)
        {
            return;
        }
        var left = (await open.LeftOfAsync(payment.Id, cancellationToken))!.LeftYen;
        var freed = left < found.AmountYen ? await FreeAsync(payment, found.AmountYen - left, cancellationToken) : [];
        var refund = Refund.Ask(payment, found.AmountYen, texts["Refund.AtGateway"], texts["Refund.Gateway"], clock.GetUtcNow());
        db.Refunds.Add(refund);
        await follow.TakeOverAsync(refund, found, cancellationToken);
        await books.AllocateAsync(
            payment, await open.OfAsync(clinic, freed, cancellationToken), (await open.LeftOfAsync(payment.Id, cancellationToken))!.LeftYen, cancellationToken);
    }

    /// <summary>Takes back what the payment was put against last, until enough is free.</summary>
    /// <returns>The invoices, the first paid in front.</returns>
    private async Task<IReadOnlyList<Guid>> FreeAsync(Payment payment, long missing, CancellationToken cancellationToken)
    {
        var allocations = await db.Allocations.Where(a => a.PaymentId == payment.Id).OrderByDescending(a => a.Id).ToListAsync(cancellationToken);
        var freed = new List<Guid>();
        foreach (var allocation in allocations.Where(a => a.AmountYen > 0 && !allocations.Exists(b => b.Reverses == a.Id)))
        {
            if (missing <= 0)
            {
                break;
            }
            var number = await db.Receivables.Where(r => r.Id == allocation.ReceivableId).Select(r => r.Number).SingleAsync(cancellationToken);
            await books.TakeBackAsync(allocation, number, cancellationToken);
            missing -= allocation.AmountYen;
            freed.Insert(0, allocation.ReceivableId);
        }
        return freed;
    }
}
