using System.Text.Json;
using ClinicPortal.Modules.Billing.Adapters.Stripe;
using ClinicPortal.Modules.Billing.CarryOut;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.TakeGatewayEvent;

internal sealed record EventItem(Guid Event);

/// <summary>
/// An event says only that something changed: what it is now is read anew from the service. So events may come late, twice and in any order.
/// </summary>
internal sealed class FollowGatewayEvent(BillingContext db, FollowPayments follow, FollowDisputes disputes, AdoptRefund adopt) : IWorkHandler
{
    public static string Kind => "billing.gateway-event";

    public static bool IsSlow => true;

    public static WorkItem Of(GatewayEvent news, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(news.TenantId), new EventItem(news.Id), $"{Kind}:{news.TenantId}:{news.EventId}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<EventItem>().Event;
        var news = await db.GatewayEvents.SingleAsync(e => e.Id == id, cancellationToken);
        using var document = JsonDocument.Parse(news.SealedPayload.Value);
        if (!document.RootElement.TryGetProperty("data", out var data) || !data.TryGetProperty("object", out var subject) || subject.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        var (gatewayId, ours) = (StripeObjects.Text(subject, "id"), StripeObjects.Ours(subject));
        switch (news.Type.Split('.'))
        {
            case ["payment_intent", ..] when await db.Payments.SingleOrDefaultAsync(p => p.Id == ours || p.GatewayId == gatewayId, cancellationToken) is { } payment:
                await follow.ReadAsync(payment, cancellationToken);
                break;
            case ["checkout", "session", ..] when await db.Payments.SingleOrDefaultAsync(p => p.Id == ours || p.CheckoutId == gatewayId, cancellationToken) is { } payment:
                await follow.ReadAsync(payment, cancellationToken);
                break;
            case ["checkout", "session", ..] when await db.Payers.SingleOrDefaultAsync(p => p.SetupCheckoutId == gatewayId, cancellationToken) is { } payer:
                await follow.ReadCardAsync(payer, cancellationToken);
                break;
            case ["refund", ..] when await db.Refunds.SingleOrDefaultAsync(r => r.Id == ours || r.GatewayId == gatewayId, cancellationToken) is { } refund:
                await follow.ReadRefundAsync(refund, cancellationToken);
                break;
            case ["refund", ..] when ours is null && StripeObjects.Text(subject, "payment_intent") is { } paid
                && await db.Payments.SingleOrDefaultAsync(p => p.GatewayId == paid, cancellationToken) is { } payment:
                await adopt.HandleAsync(payment, gatewayId!, cancellationToken);
                break;
            case ["charge", "dispute", ..] when gatewayId is not null && StripeObjects.Reference(subject, "payment_intent") is { } disputed:
                await disputes.ReadAsync(gatewayId, disputed, cancellationToken);
                break;
            default:
                // Of nobody's payment here. What moved money all the same is found when the books are compared.
                break;
        }
    }
}
