using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>
/// 消込: so much of a payment pays so much of an invoice. Written once; taken back by another with the amount below zero. The database keeps
/// a payment from being used twice and an invoice from being paid twice.
/// </summary>
public sealed class Allocation : ITenantOwned
{
    private Allocation()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PaymentId { get; private set; }

    public Guid ReceivableId { get; private set; }

    public Guid ClinicId { get; private set; }

    public long AmountYen { get; private set; }

    /// <summary>The allocation that this one takes back.</summary>
    public Guid? Reverses { get; private set; }

    public DateOnly On { get; private set; }

    public string By { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public static Allocation Of(Payment payment, Receivable receivable, long yen, DateOnly on, string by, DateTimeOffset now) => new()
    {
        TenantId = payment.TenantId,
        Id = Guid.CreateVersion7(now),
        PaymentId = payment.Id,
        ReceivableId = receivable.Id,
        ClinicId = receivable.ClinicId,
        AmountYen = yen,
        On = on,
        By = by,
        CreatedAt = now,
    };

    public Allocation TakeBack(DateOnly on, string by, DateTimeOffset now) => new()
    {
        TenantId = TenantId,
        Id = Guid.CreateVersion7(now),
        PaymentId = PaymentId,
        ReceivableId = ReceivableId,
        ClinicId = ClinicId,
        AmountYen = -AmountYen,
        Reverses = Id,
        On = on,
        By = by,
        CreatedAt = now,
    };

    /// <summary>前受金 against 売掛金.</summary>
    public JournalEntry Book(string number, DateTimeOffset now) => JournalEntry.Book(
        new JournalSource(TenantId, JournalKind.Allocated, Id, ClinicId, number), On, now,
        (LedgerAccount.Advances, AmountYen), (LedgerAccount.Receivables, -AmountYen));
}

/// <summary>Why something will not be paid.</summary>
public enum WriteOffKind
{
    /// <summary>手数料差引: the clinic took its bank's fee off the amount.</summary>
    TransferFee,

    /// <summary>貸倒.</summary>
    BadDebt,

    /// <summary>端数など.</summary>
    Difference,
}

/// <summary>償却: so much of an invoice will not be paid, and why. Written once.</summary>
public sealed class WriteOff : ITenantOwned
{
    public const int MaxReason = 200;

    private WriteOff()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ReceivableId { get; private set; }

    public Guid ClinicId { get; private set; }

    public WriteOffKind Kind { get; private set; }

    public long AmountYen { get; private set; }

    /// <summary>The write-off that this one takes back, with the amount below zero: its invoice became void.</summary>
    public Guid? Reverses { get; private set; }

    public string Reason { get; private set; } = "";

    public DateOnly On { get; private set; }

    public string By { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public static WriteOff Of(Receivable receivable, WriteOffKind kind, long yen, string reason, DateOnly on, string by, DateTimeOffset now) => new()
    {
        TenantId = receivable.TenantId,
        Id = Guid.CreateVersion7(now),
        ReceivableId = receivable.Id,
        ClinicId = receivable.ClinicId,
        Kind = kind,
        AmountYen = yen,
        Reason = reason,
        On = on,
        By = by,
        CreatedAt = now,
    };

    public WriteOff TakeBack(DateOnly on, string by, DateTimeOffset now) => new()
    {
        TenantId = TenantId,
        Id = Guid.CreateVersion7(now),
        ReceivableId = ReceivableId,
        ClinicId = ClinicId,
        Kind = Kind,
        AmountYen = -AmountYen,
        Reverses = Id,
        Reason = Reason,
        On = on,
        By = by,
        CreatedAt = now,
    };

    public JournalEntry Book(string number, DateTimeOffset now) => JournalEntry.Book(
        new JournalSource(TenantId, JournalKind.WrittenOff, Id, ClinicId, number), On, now,
        (Kind switch
        {
            WriteOffKind.TransferFee => LedgerAccount.Fees,
            WriteOffKind.BadDebt => LedgerAccount.BadDebts,
            _ => LedgerAccount.MiscellaneousLosses,
        }, AmountYen), (LedgerAccount.Receivables, -AmountYen));
}

public enum RefundStatus
{
    Pending,
    Succeeded,
    Failed,
}

/// <summary>返金: of what a clinic has paid and nothing is to be paid with, or of what the bank or the payment service took back.</summary>
public sealed class Refund : ITenantOwned
{
    private Refund()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PaymentId { get; private set; }

    public Guid? ClinicId { get; private set; }

    public long AmountYen { get; private set; }

    public RefundStatus Status { get; private set; }

    public string? GatewayId { get; private set; }

    public string? FailureCode { get; private set; }

    public string Reason { get; private set; } = "";

    public string By { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The dispute that took it.</summary>
    public Guid? DisputeId { get; private set; }

    public static Refund Ask(Payment payment, long yen, string reason, string by, DateTimeOffset now, Guid? dispute = null) => new()
    {
        TenantId = payment.TenantId,
        Id = Guid.CreateVersion7(now),
        PaymentId = payment.Id,
        ClinicId = payment.ClinicId,
        AmountYen = yen,
        Status = RefundStatus.Pending,
        Reason = reason,
        By = by,
        CreatedAt = now,
        DisputeId = dispute,
    };

    /// <summary>Told late or twice it changes nothing.</summary>
    /// <returns>Whether the money has gone just now.</returns>
    public bool Follow(string? gatewayId, RefundStatus status, string? failure)
    {
        GatewayId ??= gatewayId;
        if (Status != RefundStatus.Pending || status == RefundStatus.Pending)
        {
            return false;
        }
        (Status, FailureCode) = (status, failure);
        return status == RefundStatus.Succeeded;
    }

    public JournalEntry Book(Payment payment, DateOnly on, DateTimeOffset now) => JournalEntry.Book(
        new JournalSource(TenantId, DisputeId is null ? JournalKind.Refunded : JournalKind.Disputed, Id, ClinicId, ""), on, now,
        (ClinicId is null ? LedgerAccount.Suspense : LedgerAccount.Advances, AmountYen), (payment.Where, -AmountYen));
}
