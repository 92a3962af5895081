using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.CarryOut;

/// <summary>Ends a payment that is not wanted any more, unless it has been paid meanwhile.</summary>
internal sealed class CancelPayment(BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, FollowPayments follow) : IWorkHandler
{
    public static string Kind => "billing.cancel-payment";

    public static bool IsSlow => true;

    public static WorkItem Of(Payment payment, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(payment.TenantId), new PaymentItem(payment.Id), $"{Kind}:{payment.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<PaymentItem>().Payment;
        var payment = await db.Payments.SingleAsync(p => p.Id == id, cancellationToken);
        if (payment.IsOver || await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return;
        }
        if (payment.CheckoutId is { } checkout)
        {
            await gateway.CloseCheckoutAsync(account, checkout, cancellationToken);
        }
        else if (payment.GatewayId is { } intent)
        {
            await gateway.CancelPaymentAsync(account, intent, cancellationToken);
        }
        await follow.ReadAsync(payment, cancellationToken);
    }
}

internal sealed record RefundItem(Guid Refund);

/// <summary>Gives money back through the payment service: as with payments, asked again it is the same refund.</summary>
internal sealed class CarryOutRefund(BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, FollowPayments follow, PortalSession session) : IWorkHandler
{
    public static string Kind => "billing.carry-out-refund";

    public static bool IsSlow => true;

    public static WorkItem Of(Refund refund, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(refund.TenantId), new RefundItem(refund.Id), $"{Kind}:{refund.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<RefundItem>().Refund;
        var refund = await db.Refunds.SingleAsync(r => r.Id == id, cancellationToken);
        if (refund.Status != RefundStatus.Pending || refund.GatewayId is not null)
        {
            return;
        }
        var payment = await db.Payments.SingleAsync(p => p.Id == refund.PaymentId, cancellationToken);
        try
        {
            var account = await accounts.FindAsync(cancellationToken) ?? throw new GatewayException(GatewayProblem.NotAllowed, "gateway-off");
            // What came back from a dispute is money of the payment that was disputed.
            var paid = payment.ReinstatesId is { } disputed ? await db.Payments.Where(p => p.Id == disputed).Select(p => p.GatewayId).SingleAsync(cancellationToken) : payment.GatewayId;
            await follow.TakeOverAsync(refund, await gateway.RefundAsync(account, paid!, refund.Id, refund.AmountYen, cancellationToken), cancellationToken);
        }
        catch (GatewayException refused) when (refused.Problem != GatewayProblem.Unavailable)
        {
            refund.Follow(null, RefundStatus.Failed, refused.Code);
            await db.SaveChangesAsync(cancellationToken);
        }
        session.Changed(Bookkeeping.Topic(refund.TenantId));
    }
}

internal sealed record CardItem(Guid Clinic, string Occasion);

/// <summary>Opens the page on which a clinic registers its card.</summary>
internal sealed class OpenCardSetup(
    BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, IPortalAddresses addresses, PortalSession session, ITenantResolver tenants) : IWorkHandler
{
    public static string Kind => "billing.open-card-setup";

    public static bool IsSlow => true;

    public static WorkItem Of(Guid tenantId, Guid clinic, Guid occasion, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(tenantId), new CardItem(clinic, $"{occasion}"), $"{Kind}:{occasion}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (clinic, occasion) = item.Read<CardItem>();
        if (await accounts.FindAsync(cancellationToken) is not { } account || await accounts.PayerAsync(clinic, cancellationToken) is not { } payer)
        {
            return;
        }
        var customer = await accounts.CustomerAsync(account, payer, cancellationToken);
        var back = new Uri(new Uri(addresses.InMails(tenants.ById(account.TenantId)!.Identifier)), "/pay/card");
        var checkout = await gateway.OpenCardSetupAsync(account, customer, occasion, back, back, cancellationToken);
        payer.RegisterCard(checkout.Id, checkout.Url);
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Bookkeeping.Topic(account.TenantId));
    }
}

/// <summary>Looks whether a card was registered.</summary>
internal sealed class ReadCard(BillingContext db, FollowPayments follow) : IWorkHandler
{
    public static string Kind => "billing.read-card";

    public static bool IsSlow => true;

    public static WorkItem Of(Payer payer, string occasion, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(payer.TenantId), new CardItem(payer.Id, occasion), $"{Kind}:{payer.Id}:{occasion}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var clinic = item.Read<CardItem>().Clinic;
        await follow.ReadCardAsync(await db.Payers.SingleAsync(p => p.Id == clinic, cancellationToken), cancellationToken);
    }
}
