using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.Domain;

public enum BankFileKind
{
    /// <summary>振込入金通知, in.</summary>
    IncomingTransfers,

    /// <summary>口座振替請求, out.</summary>
    DebitRequest,

    /// <summary>口座振替結果, in.</summary>
    DebitResult,
}

/// <summary>A bank's file as it came or went, known by its content.</summary>
public sealed class BankFile : ISealedRow
{
    public BankFile(Guid tenantId, Guid id, BankFileKind kind, string name, byte[] sha256, int count, long totalYen, DateOnly? debitOn, string content, string by, DateTimeOffset now)
    {
        TenantId = tenantId;
        Id = id;
        Kind = kind;
        Name = name;
        Sha256 = sha256;
        Count = count;
        TotalYen = totalYen;
        DebitOn = debitOn;
        SealedContent = content;
        By = by;
        At = now;
    }

    private BankFile()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public BankFileKind Kind { get; private set; }

    public string Name { get; private set; } = "";

    public byte[] Sha256 { get; private set; } = [];

    public int Count { get; private set; }

    public long TotalYen { get; private set; }

    /// <summary>引落日.</summary>
    public DateOnly? DebitOn { get; private set; }

    /// <summary>In half-width kana, one line a record.</summary>
    public Sealed<string> SealedContent { get; private set; } = null!;

    public string By { get; private set; } = "";

    public DateTimeOffset At { get; private set; }
}

/// <summary>One transfer of a file. Its payment has the same id.</summary>
public sealed class BankReceipt : ISealedRow
{
    public BankReceipt(Guid tenantId, Guid id, Guid fileId, int line, DateOnly valueDate, long amountYen, string payerCode, string edi, string payer)
    {
        TenantId = tenantId;
        Id = id;
        FileId = fileId;
        Line = line;
        ValueDate = valueDate;
        AmountYen = amountYen;
        PayerCode = payerCode;
        Edi = edi;
        SealedPayer = payer;
    }

    private BankReceipt()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid FileId { get; private set; }

    public int Line { get; private set; }

    public DateOnly ValueDate { get; private set; }

    public long AmountYen { get; private set; }

    /// <summary>振込依頼人コード.</summary>
    public string PayerCode { get; private set; } = "";

    /// <summary>EDI情報.</summary>
    public string Edi { get; private set; } = "";

    public Sealed<string> SealedPayer { get; private set; } = null!;
}

/// <summary>One line of a file for direct debit, and what the bank answered.</summary>
public sealed class DirectDebit : ITenantOwned
{
    public DirectDebit(Guid tenantId, Guid id, Guid fileId, Guid paymentId, string customerNumber, long amountYen)
    {
        TenantId = tenantId;
        Id = id;
        FileId = fileId;
        PaymentId = paymentId;
        CustomerNumber = customerNumber;
        AmountYen = amountYen;
    }

    private DirectDebit()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid FileId { get; private set; }

    public Guid PaymentId { get; private set; }

    public string CustomerNumber { get; private set; } = "";

    public long AmountYen { get; private set; }

    /// <summary>振替結果コード; none until the bank has answered.</summary>
    public string? Result { get; private set; }

    public bool Answer(string result)
    {
        if (Result is not null)
        {
            return false;
        }
        Result = result;
        return true;
    }
}
