using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.CarryOut;

internal sealed record PaymentItem(Guid Payment);

/// <summary>
/// Asks the payment service for a payment that was written down before. Whatever breaks off in between is asked again with the same key and is the same payment:
/// a kill at any moment charges nobody twice.
/// </summary>
internal sealed class CarryOutPayment(
    BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, FollowPayments follow, IPortalAddresses addresses, PortalSession session,
    ITenantResolver tenants, IStringLocalizer<PaymentText> text, TimeProvider clock) : IWorkHandler
{
    /// <summary>Stripe keeps keys for a day at least; what is older is looked for before it is asked for again.</summary>
    private static readonly TimeSpan KeysLast = TimeSpan.FromHours(20);

    public static string Kind => "billing.carry-out-payment";

    public static bool IsSlow => true;

    public static WorkItem Of(Payment payment, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(payment.TenantId), new PaymentItem(payment.Id), $"{Kind}:{payment.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<PaymentItem>().Payment;
        var payment = await db.Payments.SingleAsync(p => p.Id == id, cancellationToken);
        if (payment.IsOver || payment.GatewayId is not null || payment.CheckoutId is not null)
        {
            return;
        }
        if (await accounts.FindAsync(cancellationToken) is not { } account || await accounts.PayerAsync(payment.ClinicId!.Value, cancellationToken) is not { } payer)
        {
            payment.Fail("gateway-off");
            await db.SaveChangesAsync(cancellationToken);
            return;
        }
        try
        {
            await AskAsync(account, payer, payment, cancellationToken);
        }
        catch (GatewayException refused) when (refused.Problem != GatewayProblem.Unavailable)
        {
            payment.Fail(refused.Code);
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Changed(Bookkeeping.Topic(payment.TenantId));
    }

    private async Task AskAsync(GatewayAccount account, Payer payer, Payment payment, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(payment.TenantId)!;
        var customer = await accounts.CustomerAsync(account, payer, cancellationToken);
        var description = text["Gateway.Description", tenant.Name.Ja, payer.Reference].Value;
        if (payment.Channel == PaymentChannel.Card && !payment.OffSession)
        {
            var done = new Uri(new Uri(addresses.InMails(tenant.Identifier)), $"/pay/{payment.Id}");
            var checkout = await gateway.OpenCheckoutAsync(
                account, new CheckoutRequest(customer, payment.Id, payment.AmountYen, description, done, done), cancellationToken);
            payment.CheckoutOpened(checkout.Id, checkout.Url);
            return;
        }
        if (payment.OffSession && payer.CardId is null)
        {
            payment.Fail("no-card");
            return;
        }
        var isLate = clock.GetUtcNow() - payment.CreatedAt > KeysLast;
        var found = isLate ? await gateway.FindOursAsync(account, customer, payment.Id, cancellationToken) : null;
        found ??= payment.OffSession
            ? await gateway.ChargeAsync(account, customer, payer.CardId!, payment.Id, payment.AmountYen, description, cancellationToken)
            : await gateway.AwaitTransferAsync(account, customer, payment.Id, payment.AmountYen, description, cancellationToken);
        if (!payment.OffSession && payer.SealedTransferAccount is null)
        {
            payer.TransferTo(await gateway.FindTransferAccountAsync(account, customer, cancellationToken));
        }
        await follow.TakeOverAsync(payment, found, cancellationToken);
    }
}
