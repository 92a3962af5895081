using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.CarryOut;

/// <summary>A refund that somebody made at the payment service itself: the money is gone, so the books follow.</summary>
internal sealed class AdoptRefund(BillingContext db, IPaymentGateway gateway, GatewayAccounts accounts, Bookkeeping books, IStringLocalizer<PaymentText> texts)
{
    public async Task HandleAsync(Payment payment, string gatewayId, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(cancellationToken) is not { } account)
        {
            return;
        }
        await books.LockAsync(payment.ClinicId ?? payment.Id, cancellationToken);
        if (!await db.Refunds.AnyAsync(r => r.GatewayId == gatewayId, cancellationToken)
            && await gateway.FindRefundAsync(account, gatewayId, cancellationToken) is { Status: not RefundStatus.Failed } found)
        {
            await books.TakenBackAsync(payment, found, texts["Refund.AtGateway"], texts["Refund.Gateway"], cancellationToken);
        }
    }
}
