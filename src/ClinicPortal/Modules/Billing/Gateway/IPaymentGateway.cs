using ClinicPortal.Modules.Billing.Domain;

namespace ClinicPortal.Modules.Billing.Gateway;

/// <summary>Whose money: the association's own account at the payment service.</summary>
public sealed record GatewayAccount(Guid TenantId, string SecretKey);

/// <summary>A page of the service on which a clinic pays or registers a card.</summary>
/// <param name="IsOpen">It still waits for the clinic.</param>
/// <param name="PaymentId">Of the payment that came of it.</param>
/// <param name="SetupId">Of the registration that came of it.</param>
public sealed record GatewayCheckout(string Id, Uri? Url, bool IsOpen, bool IsExpired, string? PaymentId, string? SetupId);

/// <param name="Ours">Our payment's id, which the service keeps beside its own.</param>
/// <param name="CardId">What it was paid with.</param>
public sealed record GatewayPayment(string Id, PaymentStatus Status, long AmountYen, long ReceivedYen, Guid? Ours, string? CustomerId, string? CardId, string? FailureCode);

public sealed record GatewayCard(string Id, string Label);

public sealed record GatewayRefund(string? Id, RefundStatus Status, long AmountYen, string? FailureCode);

/// <summary>A movement on the association's balance at the service.</summary>
/// <param name="Reference">The payment or refund that moved it; the movement itself where there is none.</param>
/// <param name="AmountYen">Above zero to the association.</param>
public sealed record GatewayMovement(string Id, GatewayMovementKind Kind, string Reference, long AmountYen, long FeeYen, DateTimeOffset At);

/// <summary>A payment that the holder of the card disputes.</summary>
/// <param name="Movements">What it took and gave back, none to two.</param>
public sealed record GatewayDispute(
    string Id, DisputeStatus Status, long AmountYen, string Reason, DateTimeOffset? RespondBy, DateTimeOffset OpenedAt, IReadOnlyList<GatewayMovement> Movements);

public enum GatewayMovementKind
{
    Payment,
    Refund,

    /// <summary>Taken by a dispute, or given back; known by the movement itself.</summary>
    Dispute,
    Payout,
    Other,
}

/// <summary>What is to be paid, and where the clinic goes afterwards.</summary>
public sealed record CheckoutRequest(string CustomerId, Guid PaymentId, long AmountYen, string Description, Uri Done, Uri GivenUp);

public enum GatewayProblem
{
    /// <summary>Not reachable or out of order: to be tried again.</summary>
    Unavailable,

    /// <summary>The keys are wrong or may not do this.</summary>
    NotAllowed,

    /// <summary>It understood and said no; trying again says no again.</summary>
    Refused,
    NotFound,
}

/// <param name="code">The service's own code; never its words, which may quote a card or a person.</param>
public sealed class GatewayException(GatewayProblem problem, string code, Exception? inner = null)
    : Exception($"The payment service: {problem}, {code}.", inner)
{
    public GatewayProblem Problem => problem;

    public string Code => code;
}

/// <summary>
/// A payment service. Whatever moves money carries an idempotency key made of our own record's id: called again, it is the same payment and not a second
/// one. Whole yen.
/// </summary>
public interface IPaymentGateway
{
    /// <exception cref="GatewayException"/>
    Task<string> CreateCustomerAsync(GatewayAccount account, Guid clinicId, string name, string? email, CancellationToken cancellationToken);

    Task<GatewayCheckout> OpenCheckoutAsync(GatewayAccount account, CheckoutRequest request, CancellationToken cancellationToken);

    /// <summary>A page on which a card is registered and nothing is paid.</summary>
    /// <param name="occasion">Opening it twice for one occasion opens one.</param>
    Task<GatewayCheckout> OpenCardSetupAsync(GatewayAccount account, string customer, string occasion, Uri done, Uri givenUp, CancellationToken cancellationToken);

    Task<GatewayCheckout> FindCheckoutAsync(GatewayAccount account, string id, CancellationToken cancellationToken);

    /// <summary>Nothing is paid on that page any more. One that is over stays as it is.</summary>
    Task<GatewayCheckout> CloseCheckoutAsync(GatewayAccount account, string id, CancellationToken cancellationToken);

    /// <summary>The card that came of a registration; null while there is none.</summary>
    Task<GatewayCard?> FindRegisteredCardAsync(GatewayAccount account, string setup, CancellationToken cancellationToken);

    /// <summary>Charges the kept card without the clinic. A card that is declined is a payment that failed, not an exception.</summary>
    Task<GatewayPayment> ChargeAsync(GatewayAccount account, string customer, string card, Guid paymentId, long yen, string description, CancellationToken cancellationToken);

    /// <summary>A payment by transfer to the clinic's own account at the service, which keeps what comes there.</summary>
    Task<GatewayPayment> AwaitTransferAsync(GatewayAccount account, string customer, Guid paymentId, long yen, string description, CancellationToken cancellationToken);

    Task<TransferAccount> FindTransferAccountAsync(GatewayAccount account, string customer, CancellationToken cancellationToken);

    /// <summary>Nothing is paid by it any more. One that is over stays as it is.</summary>
    Task<GatewayPayment> CancelPaymentAsync(GatewayAccount account, string id, CancellationToken cancellationToken);

    Task<GatewayPayment> FindPaymentAsync(GatewayAccount account, string id, CancellationToken cancellationToken);

    /// <summary>Finds a payment by our own id, for whoever called and did not hear the answer.</summary>
    Task<GatewayPayment?> FindOursAsync(GatewayAccount account, string customer, Guid paymentId, CancellationToken cancellationToken);

    Task<GatewayRefund> RefundAsync(GatewayAccount account, string payment, Guid refundId, long yen, CancellationToken cancellationToken);

    Task<GatewayRefund> FindRefundAsync(GatewayAccount account, string id, CancellationToken cancellationToken);

    Task<GatewayDispute> FindDisputeAsync(GatewayAccount account, string id, CancellationToken cancellationToken);

    /// <summary>All movements from one moment until another.</summary>
    IAsyncEnumerable<GatewayMovement> MovementsAsync(GatewayAccount account, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken);
}
