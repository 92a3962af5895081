using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>How money comes.</summary>
public enum PaymentChannel
{
    Card,

    /// <summary>To the association's own account, known from the bank's file.</summary>
    BankTransfer,

    /// <summary>To an account that the payment service keeps for the clinic.</summary>
    GatewayTransfer,

    /// <summary>口座振替.</summary>
    DirectDebit,

    /// <summary>適格返還請求書: no money came, but the clinic has as much less to pay.</summary>
    Credit,
}

public enum PaymentStatus
{
    /// <summary>Wanted and on its way: nobody knows yet.</summary>
    Pending,

    /// <summary>The clinic must do something: open the payment page, transfer, confirm at its bank.</summary>
    NeedsAction,
    Succeeded,
    Failed,
    Canceled,
}

/// <summary>入金: money of one clinic, from the wish to pay until it is here.</summary>
public sealed class Payment : ISealedRow
{
    private Payment()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    /// <summary>None while nobody has said whose transfer it is.</summary>
    public Guid? ClinicId { get; private set; }

    public string? ClinicName { get; private set; }

    public PaymentChannel Channel { get; private set; }

    public PaymentStatus Status { get; private set; }

    public long AmountYen { get; private set; }

    /// <summary>入金日: the day on which it counts; none before it is here.</summary>
    public DateOnly? ReceivedOn { get; private set; }

    /// <summary>Invoices that it is for; it is put against them in this order when it is here.</summary>
    public Guid[] For { get; private set; } = [];

    /// <summary>With the kept card, while nobody of the clinic is there.</summary>
    public bool OffSession { get; private set; }

    /// <summary>The payment service's id of it, of the checkout it came from, and the address of that page while it is open.</summary>
    public string? GatewayId { get; private set; }

    public string? CheckoutId { get; private set; }

    public Uri? CheckoutUrl { get; private set; }

    /// <summary>Why it failed, in the service's code.</summary>
    public string? FailureCode { get; private set; }

    /// <summary>The payment that a dispute had taken, and whose money this is.</summary>
    public Guid? ReinstatesId { get; private set; }

    /// <summary>Who transferred, as the bank writes it.</summary>
    public Sealed<string>? SealedPayer { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public uint Version { get; private set; }

    public bool IsOver => Status is PaymentStatus.Succeeded or PaymentStatus.Failed or PaymentStatus.Canceled;

    /// <summary>A clinic wants to pay through the payment service.</summary>
    public static Payment Ask(Guid tenantId, Guid clinicId, string clinicName, PaymentChannel channel, long yen, Guid[] invoices, bool offSession, string by, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        ClinicId = clinicId,
        ClinicName = clinicName,
        Channel = channel,
        Status = PaymentStatus.Pending,
        AmountYen = yen,
        For = invoices,
        OffSession = offSession,
        CreatedAt = now,
        CreatedBy = by,
    };

    /// <summary>Money that is here, from whomever.</summary>
    public static Payment Arrived(Guid tenantId, Guid id, PaymentChannel channel, long yen, DateOnly on, string? payer, string by, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = id,
        Channel = channel,
        Status = PaymentStatus.Succeeded,
        AmountYen = yen,
        ReceivedOn = on,
        SealedPayer = payer is null ? null : (Sealed<string>)payer,
        CreatedAt = now,
        CreatedBy = by,
    };

    /// <summary>What a dispute had taken has come back.</summary>
    /// <param name="gatewayId">Of the movement that brought it.</param>
    /// <param name="invoices">Which the payment had paid.</param>
    public static Payment Reinstated(Payment disputed, string gatewayId, long yen, Guid[] invoices, DateOnly on, string by, DateTimeOffset now)
    {
        var back = Arrived(disputed.TenantId, Guid.CreateVersion7(now), disputed.Channel, yen, on, null, by, now);
        (back.ClinicId, back.ClinicName, back.GatewayId, back.For, back.ReinstatesId) = (disputed.ClinicId, disputed.ClinicName, gatewayId, invoices, disputed.Id);
        return back;
    }

    public void CheckoutOpened(string id, Uri? url)
    {
        if (!IsOver)
        {
            (CheckoutId, CheckoutUrl, Status) = (id, url, PaymentStatus.NeedsAction);
        }
    }

    /// <summary>What the payment service says now. Told late or twice it changes nothing: what is over stays so.</summary>
    /// <returns>Whether the money has come just now.</returns>
    public bool Follow(string gatewayId, PaymentStatus status, string? failure, DateOnly today)
    {
        GatewayId ??= gatewayId;
        if (Status == PaymentStatus.Succeeded || (IsOver && status != PaymentStatus.Succeeded))
        {
            return false;
        }
        (Status, FailureCode) = (status, status == PaymentStatus.Succeeded ? null : failure ?? FailureCode);
        if (IsOver)
        {
            CheckoutUrl = null;
        }
        if (status != PaymentStatus.Succeeded)
        {
            return false;
        }
        ReceivedOn = today;
        return true;
    }

    /// <summary>The checkout ended without money, or the clinic thought better of it.</summary>
    public void Cancel()
    {
        if (!IsOver)
        {
            (Status, CheckoutUrl) = (PaymentStatus.Canceled, null);
        }
    }

    public void Fail(string? code)
    {
        if (!IsOver)
        {
            (Status, FailureCode, CheckoutUrl) = (PaymentStatus.Failed, code, null);
        }
    }

    /// <summary>口座振替: the bank's answer.</summary>
    public void Settle(DateOnly on)
    {
        if (!IsOver)
        {
            (Status, ReceivedOn) = (PaymentStatus.Succeeded, on);
        }
    }

    public Error? Assign(Guid clinicId, string clinicName)
    {
        if (ClinicId is not null)
        {
            return Error.Conflict("payment.already-assigned");
        }
        (ClinicId, ClinicName) = (clinicId, clinicName);
        return null;
    }

    /// <summary>預金 or 未収入金 against 前受金, or 仮受金 while nobody knows whose it is.</summary>
    public JournalEntry BookReceipt(DateTimeOffset now) => JournalEntry.Book(
        new JournalSource(TenantId, JournalKind.PaymentReceived, Id, ClinicId, ""), ReceivedOn!.Value, now,
        (Where, AmountYen), (ClinicId is null ? LedgerAccount.Suspense : LedgerAccount.Advances, -AmountYen));

    public JournalEntry BookAssignment(DateOnly on, DateTimeOffset now) => JournalEntry.Book(
        new JournalSource(TenantId, JournalKind.PaymentAssigned, Id, ClinicId, ""), on, now,
        (LedgerAccount.Suspense, AmountYen), (LedgerAccount.Advances, -AmountYen));

    /// <summary>The account that holds the money.</summary>
    internal LedgerAccount Where => Channel is PaymentChannel.Card or PaymentChannel.GatewayTransfer ? LedgerAccount.Clearing : LedgerAccount.Bank;
}
