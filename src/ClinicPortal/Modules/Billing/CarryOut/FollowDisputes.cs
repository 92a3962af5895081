using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.CarryOut;

/// <summary>
/// Takes over what the payment service says of a dispute, read anew each time: the money that it has taken and given back, each movement once, and what the service charges
/// for it. In which order news came, and how often, does not matter.
/// </summary>
internal sealed class FollowDisputes(
    BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, FollowPayments follow, Bookkeeping books, AuditTrail audit, PortalSession session,
    ITenantResolver tenants, IStringLocalizer<PaymentText> texts, TimeProvider clock)
{
    /// <param name="dispute">The service's id.</param>
    /// <param name="paid">The service's id of the payment.</param>
    public async Task ReadAsync(string dispute, string paid, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(cancellationToken) is not { } account || await PaymentAsync(account, paid, cancellationToken) is not { } payment)
        {
            return;
        }
        // The news that it was paid may come after the news that this is disputed.
        await follow.ReadAsync(payment, cancellationToken);
        await books.LockAsync(payment.ClinicId ?? payment.Id, cancellationToken);
        var found = await gateway.FindDisputeAsync(account, dispute, cancellationToken);
        var now = clock.GetUtcNow();
        var known = await db.Disputes.SingleOrDefaultAsync(d => d.GatewayId == dispute, cancellationToken);
        var (isNew, wasClosed) = (known is null, known?.IsClosed == true);
        if (known is null)
        {
            known = Dispute.Of(payment, found.Id, found.OpenedAt, now);
            db.Disputes.Add(known);
        }
        known.Follow(found.Status, found.AmountYen, found.Reason, found.RespondBy, now);
        await db.SaveChangesAsync(cancellationToken);
        foreach (var movement in found.Movements.OrderBy(m => m.At).ThenBy(m => m.AmountYen))
        {
            await BookAsync(payment, known, movement, cancellationToken);
        }
        if (isNew || known.IsClosed != wasClosed)
        {
            session.Enqueue(TellOfDispute.Of(known, now));
            audit.Changed(payment.TenantId, "payment", payment.Id, known.IsClosed ? "dispute closed" : "disputed", fields: []);
        }
        session.Changed(Bookkeeping.Topic(payment.TenantId));
    }

    /// <summary>Ours by the service's id; one that nobody has told us of yet, by our own that the service keeps beside it.</summary>
    private async Task<Payment?> PaymentAsync(GatewayAccount account, string paid, CancellationToken cancellationToken)
    {
        if (await db.Payments.SingleOrDefaultAsync(p => p.GatewayId == paid, cancellationToken) is { } known)
        {
            return known;
        }
        return (await gateway.FindPaymentAsync(account, paid, cancellationToken)).Ours is { } ours
            ? await db.Payments.SingleOrDefaultAsync(p => p.Id == ours, cancellationToken) : null;
    }

    private async Task BookAsync(Payment payment, Dispute dispute, GatewayMovement movement, CancellationToken cancellationToken)
    {
        var on = WallClock.Of(movement.At, tenants.ById(payment.TenantId)!.Zone).Date;
        if (movement.AmountYen < 0 && !await db.Refunds.AnyAsync(r => r.GatewayId == movement.Id, cancellationToken))
        {
            await books.TakenBackAsync(
                payment, new GatewayRefund(movement.Id, RefundStatus.Succeeded, -movement.AmountYen, null), texts["Dispute.Taken"], texts["Refund.Gateway"], cancellationToken, dispute.Id);
        }
        else if (movement.AmountYen > 0 && !await db.Payments.AnyAsync(p => p.GatewayId == movement.Id, cancellationToken))
        {
            var invoices = await db.Allocations.Where(a => a.PaymentId == payment.Id && a.AmountYen > 0).OrderBy(a => a.Id).Select(a => a.ReceivableId).ToListAsync(cancellationToken);
            var back = Payment.Reinstated(payment, movement.Id, movement.AmountYen, [.. invoices.Distinct()], on, texts["Refund.Gateway"], clock.GetUtcNow());
            db.Payments.Add(back);
            await db.SaveChangesAsync(cancellationToken);
            await books.ReceiveAsync(back, cancellationToken);
        }
        await books.ChargedAsync(payment.TenantId, movement, on, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
