using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>What the payment service sent, whole, as it came: written once. What follows from it is read anew from the service.</summary>
public sealed class GatewayEvent : ISealedRow
{
    public GatewayEvent(Guid tenantId, string eventId, string type, DateTimeOffset occurredAt, string payload, DateTimeOffset now)
    {
        TenantId = tenantId;
        Id = Guid.CreateVersion7(now);
        EventId = eventId;
        Type = type;
        OccurredAt = occurredAt;
        ReceivedAt = now;
        SealedPayload = payload;
    }

    private GatewayEvent()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string EventId { get; private set; } = "";

    public string Type { get; private set; } = "";

    public DateTimeOffset OccurredAt { get; private set; }

    public DateTimeOffset ReceivedAt { get; private set; }

    public Sealed<string> SealedPayload { get; private set; } = null!;
}

/// <summary>督促 that was sent: one a step and invoice.</summary>
public sealed class DunningNotice : ITenantOwned
{
    public DunningNotice(Receivable receivable, int step, long openYen, long interestYen, DateTimeOffset now)
    {
        TenantId = receivable.TenantId;
        Id = Guid.CreateVersion7(now);
        ReceivableId = receivable.Id;
        Step = step;
        OpenYen = openYen;
        InterestYen = interestYen;
        SentAt = now;
    }

    private DunningNotice()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ReceivableId { get; private set; }

    public int Step { get; private set; }

    public long OpenYen { get; private set; }

    public long InterestYen { get; private set; }

    public DateTimeOffset SentAt { get; private set; }
}

public enum DifferenceKind
{
    /// <summary>The service has money that the books do not have.</summary>
    NotInBooks,

    /// <summary>The books have money that the service does not have.</summary>
    NotAtGateway,
    AmountDiffers,
}

/// <param name="Reference">The service's id of the payment or refund.</param>
public sealed record Difference(DifferenceKind Kind, string Reference, Guid? PaymentId, long GatewayYen, long BooksYen);

public enum ReconciliationState
{
    Running,
    Agrees,
    Differs,
}

/// <summary>照合: the payment service's movements of some days beside the books'.</summary>
public sealed class Reconciliation : ITenantOwned
{
    private Reconciliation()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public DateOnly FromDay { get; private set; }

    public DateOnly UntilDay { get; private set; }

    public ReconciliationState State { get; private set; }

    public long GatewayYen { get; private set; }

    public long BooksYen { get; private set; }

    public long FeesYen { get; private set; }

    public int Compared { get; private set; }

    public IReadOnlyList<Difference> Differences { get; private set; } = [];

    public string AskedBy { get; private set; } = "";

    public DateTimeOffset AskedAt { get; private set; }

    public DateTimeOffset? DoneAt { get; private set; }

    public static Reconciliation Ask(Guid tenantId, DateOnly from, DateOnly until, string by, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        FromDay = from,
        UntilDay = until,
        AskedBy = by,
        AskedAt = now,
    };

    public void Found(IReadOnlyList<Difference> differences, int compared, long gatewayYen, long booksYen, long feesYen, DateTimeOffset now)
    {
        (Differences, Compared, GatewayYen, BooksYen, FeesYen, DoneAt) = (differences, compared, gatewayYen, booksYen, feesYen, now);
        State = differences.Count == 0 ? ReconciliationState.Agrees : ReconciliationState.Differs;
    }
}
