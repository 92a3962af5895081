using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>How a dispute stands at the card's company.</summary>
public enum DisputeStatus
{
    /// <summary>Somebody asks, and no money has moved.</summary>
    Inquiry,
    InquiryUnderReview,
    InquiryClosed,

    /// <summary>The association is to answer by a day.</summary>
    NeedsResponse,
    UnderReview,
    Won,
    Lost,

    /// <summary>Settled before it became one.</summary>
    Prevented,
}

/// <summary>チャージバック: the holder of a card disputes a payment. What it takes and gives back are refunds and payments of their own.</summary>
public sealed class Dispute : ITenantOwned
{
    public const int MaxReason = 100;

    private Dispute()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PaymentId { get; private set; }

    public string GatewayId { get; private set; } = "";

    public DisputeStatus Status { get; private set; }

    public long AmountYen { get; private set; }

    /// <summary>In the service's code, such as <c>fraudulent</c>.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Answers that come later are not looked at; none where none are wanted.</summary>
    public DateTimeOffset? RespondBy { get; private set; }

    public DateTimeOffset OpenedAt { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public bool IsClosed => Status is DisputeStatus.InquiryClosed or DisputeStatus.Won or DisputeStatus.Lost or DisputeStatus.Prevented;

    /// <summary>The secretariat has something to do.</summary>
    public bool WaitsForUs => Status is DisputeStatus.Inquiry or DisputeStatus.NeedsResponse;

    public static Dispute Of(Payment payment, string gatewayId, DateTimeOffset openedAt, DateTimeOffset now) => new()
    {
        TenantId = payment.TenantId,
        Id = Guid.CreateVersion7(now),
        PaymentId = payment.Id,
        GatewayId = gatewayId,
        OpenedAt = openedAt,
    };

    /// <summary>What the payment service says now.</summary>
    public void Follow(DisputeStatus status, long amountYen, string reason, DateTimeOffset? respondBy, DateTimeOffset now)
    {
        (Status, AmountYen, Reason, RespondBy) = (status, amountYen, reason.Length <= MaxReason ? reason : reason[..MaxReason], respondBy);
        ClosedAt = IsClosed ? ClosedAt ?? now : null;
    }
}
