using System.Text.Json;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;

namespace ClinicPortal.Modules.Billing.Adapters.Stripe;

/// <summary>Reads Stripe's objects of the pinned version.</summary>
internal static class StripeObjects
{
    private const string OursKey = "clinicportal_id";

    public static string Id(JsonElement item) => item.GetProperty("id").GetString()!;

    public static GatewayCheckout Checkout(JsonElement session)
    {
        var status = Text(session, "status");
        return new GatewayCheckout(
            Id(session), Text(session, "url") is { } url ? new Uri(url) : null, status == "open", status == "expired", Reference(session, "payment_intent"),
            Reference(session, "setup_intent"));
    }

    /// <param name="isOffSession">Nobody is there to confirm: what asks for it has failed.</param>
    public static GatewayPayment Payment(JsonElement intent, bool isOffSession = false)
    {
        var status = Text(intent, "status") switch
        {
            "succeeded" => PaymentStatus.Succeeded,
            "canceled" => PaymentStatus.Canceled,
            "processing" => PaymentStatus.Pending,
            "requires_payment_method" when isOffSession || Object(intent, "last_payment_error") is not null => PaymentStatus.Failed,
            "requires_action" when isOffSession => PaymentStatus.Failed,
            _ => PaymentStatus.NeedsAction,
        };
        var error = Object(intent, "last_payment_error");
        var failure = error is { } failed ? Text(failed, "decline_code") ?? Text(failed, "code") ?? Text(failed, "type")
            : status == PaymentStatus.Failed ? "authentication_required" : null;
        return new GatewayPayment(
            Id(intent), status, intent.GetProperty("amount").GetInt64(), intent.GetProperty("amount_received").GetInt64(), Ours(intent),
            Reference(intent, "customer"), Reference(intent, "payment_method"), failure);
    }

    public static GatewayCard? RegisteredCard(JsonElement setup) =>
        Text(setup, "status") == "succeeded" && Object(setup, "payment_method") is { } method && Object(method, "card") is { } card
            ? new GatewayCard(Id(method), $"{Text(card, "brand")?.ToUpperInvariant()} •••• {Text(card, "last4")}") : null;

    public static GatewayRefund Refund(JsonElement refund) => new(
        Id(refund),
        Text(refund, "status") switch
        {
            "succeeded" => RefundStatus.Succeeded,
            "failed" or "canceled" => RefundStatus.Failed,
            _ => RefundStatus.Pending,
        },
        refund.GetProperty("amount").GetInt64(), Text(refund, "failure_reason"));

    public static GatewayDispute Dispute(JsonElement dispute) => new(
        Id(dispute),
        Text(dispute, "status") switch
        {
            "warning_needs_response" => DisputeStatus.Inquiry,
            "warning_under_review" => DisputeStatus.InquiryUnderReview,
            "warning_closed" => DisputeStatus.InquiryClosed,
            "needs_response" => DisputeStatus.NeedsResponse,
            "won" => DisputeStatus.Won,
            "lost" => DisputeStatus.Lost,
            "prevented" => DisputeStatus.Prevented,
            _ => DisputeStatus.UnderReview,
        },
        dispute.GetProperty("amount").GetInt64(), Text(dispute, "reason") ?? "general",
        Object(dispute, "evidence_details") is { } details && details.TryGetProperty("due_by", out var by) && by.ValueKind == JsonValueKind.Number
            ? DateTimeOffset.FromUnixTimeSeconds(by.GetInt64()) : null,
        DateTimeOffset.FromUnixTimeSeconds(dispute.GetProperty("created").GetInt64()), [.. dispute.GetProperty("balance_transactions").EnumerateArray().Select(Movement)]);

    public static TransferAccount TransferAccount(JsonElement instructions)
    {
        var zengin = instructions.GetProperty("bank_transfer").GetProperty("financial_addresses").EnumerateArray()
            .First(address => Text(address, "type") == "zengin").GetProperty("zengin");
        return new TransferAccount(
            Text(zengin, "bank_name") ?? "", Text(zengin, "bank_code") ?? "", Text(zengin, "branch_name") ?? "", Text(zengin, "branch_code") ?? "",
            Text(zengin, "account_type") == "toza" ? "当座" : "普通", Text(zengin, "account_number") ?? "", Text(zengin, "account_holder_name") ?? "");
    }

    public static GatewayMovement Movement(JsonElement movement)
    {
        var source = Object(movement, "source");
        var kind = Text(movement, "type") switch
        {
            "charge" or "payment" => GatewayMovementKind.Payment,
            "refund" or "payment_refund" or "payment_failure_refund" => GatewayMovementKind.Refund,
            "payout" => GatewayMovementKind.Payout,
            // Stripe calls it an adjustment, like much else; what for, it says beside that.
            "adjustment" when Text(movement, "reporting_category") is "dispute" or "dispute_reversal" => GatewayMovementKind.Dispute,
            _ => GatewayMovementKind.Other,
        };
        // A charge is known by its payment, a refund by itself. A dispute has more than one.
        var reference = kind == GatewayMovementKind.Dispute ? Id(movement) : source is not { } found ? Text(movement, "source") ?? Id(movement)
            : kind == GatewayMovementKind.Payment ? Reference(found, "payment_intent") ?? Id(found) : Id(found);
        return new GatewayMovement(
            Id(movement), kind, reference, movement.GetProperty("amount").GetInt64(), movement.GetProperty("fee").GetInt64(),
            DateTimeOffset.FromUnixTimeSeconds(movement.GetProperty("created").GetInt64()));
    }

    /// <summary>An object's id, whether it was expanded or not.</summary>
    public static string? Reference(JsonElement item, string name) =>
        !item.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Object ? Id(value) : null;

    public static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static Guid? Ours(JsonElement item) =>
        Object(item, "metadata") is { } metadata && Guid.TryParse(Text(metadata, OursKey), out var id) ? id : null;

    private static JsonElement? Object(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
