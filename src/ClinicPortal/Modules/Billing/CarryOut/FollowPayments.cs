using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.CarryOut;

/// <summary>Takes over what the payment service says of a payment, read anew each time: in which order news came does not matter.</summary>
public sealed class FollowPayments(BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, Bookkeeping books, PortalSession session)
{
    /// <summary>Reads a payment's state from the service.</summary>
    public async Task ReadAsync(Payment payment, CancellationToken cancellationToken)
    {
        if (payment.IsOver || await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return;
        }
        var id = payment.GatewayId;
        var isOpen = false;
        if (payment.CheckoutId is { } checkoutId)
        {
            var checkout = await gateway.FindCheckoutAsync(account, checkoutId, cancellationToken);
            (id, isOpen) = (checkout.PaymentId ?? id, checkout.IsOpen);
            if (checkout.IsExpired)
            {
                payment.Cancel();
            }
        }
        if (id is not null && !payment.IsOver)
        {
            var found = await gateway.FindPaymentAsync(account, id, cancellationToken);
            // A declined card on an open page: the clinic may try another.
            await TakeOverAsync(payment, isOpen && found.Status == PaymentStatus.Failed ? found with { Status = PaymentStatus.NeedsAction } : found, cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Bookkeeping.Topic(payment.TenantId));
    }

    internal async Task TakeOverAsync(Payment payment, GatewayPayment found, CancellationToken cancellationToken)
    {
        if (found.Ours is { } ours && ours != payment.Id)
        {
            throw new InvalidOperationException($"{found.Id} is not payment {payment.Id}.");
        }
        if (payment.Follow(found.Id, found.Status, found.FailureCode, books.Today(payment.TenantId)))
        {
            await db.SaveChangesAsync(cancellationToken);
            await books.ReceiveAsync(payment, cancellationToken);
        }
    }

    /// <summary>Whether a card was registered on the page that is open for it.</summary>
    public async Task ReadCardAsync(Payer payer, CancellationToken cancellationToken)
    {
        if (payer.SetupCheckoutId is not { } id || await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return;
        }
        var checkout = await gateway.FindCheckoutAsync(account, id, cancellationToken);
        if (checkout.SetupId is { } setup && await gateway.FindRegisteredCardAsync(account, setup, cancellationToken) is { } card)
        {
            payer.KeepCard(card.Id, card.Label);
        }
        else if (!checkout.IsOpen)
        {
            payer.RegisterCard(id, null);
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Bookkeeping.Topic(payer.TenantId));
    }

    public async Task ReadRefundAsync(Refund refund, CancellationToken cancellationToken)
    {
        if (refund is not { GatewayId: { } id, Status: RefundStatus.Pending } || await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return;
        }
        await TakeOverAsync(refund, await gateway.FindRefundAsync(account, id, cancellationToken), cancellationToken);
    }

    internal async Task TakeOverAsync(Refund refund, GatewayRefund found, CancellationToken cancellationToken)
    {
        var isGone = refund.Follow(found.Id, found.Status, found.FailureCode);
        await db.SaveChangesAsync(cancellationToken);
        if (isGone)
        {
            await books.RefundedAsync(refund, await db.Payments.SingleAsync(p => p.Id == refund.PaymentId, cancellationToken), cancellationToken);
        }
    }
}

/// <summary>Asks the payment service how a payment stands: the clinic has come back from its page.</summary>
internal sealed class ReadPayment(BillingContext db, FollowPayments follow) : IWorkHandler
{
    public static string Kind => "billing.read-payment";

    public static bool IsSlow => true;

    /// <param name="occasion">Asked for twice on one occasion, it is done once.</param>
    public static WorkItem Of(Payment payment, string occasion, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(payment.TenantId), new PaymentItem(payment.Id), $"{Kind}:{payment.Id}:{occasion}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<PaymentItem>().Payment;
        await follow.ReadAsync(await db.Payments.SingleAsync(p => p.Id == id, cancellationToken), cancellationToken);
    }
}
