using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>督促: how long after the due date a clinic is reminded, and whether interest for delay is named.</summary>
/// <param name="DaysAfterDue">One mail a step, ascending.</param>
/// <param name="InterestPermille">遅延損害金 a year in thousandths; 0 names none. Nothing is booked or charged for it.</param>
public sealed record Dunning(bool IsOn, IReadOnlyList<int> DaysAfterDue, int InterestPermille)
{
    public const int MostSteps = 5;

    /// <summary>Off until the secretariat turns it on, and without interest.</summary>
    public static Dunning Default { get; } = new(false, [3, 10, 30], 0);

    /// <summary>The step that is due on a day, from 1; 0 before the first.</summary>
    public int StepOn(DateOnly due, DateOnly today) => DaysAfterDue.Count(days => due.AddDays(days) <= today);

    /// <summary>Simple interest by day of 365, cut off to whole yen.</summary>
    public long Interest(long openYen, DateOnly due, DateOnly today) =>
        today <= due ? 0 : (long)((decimal)openYen * InterestPermille * (today.DayNumber - due.DayNumber) / 365_000m);
}

/// <summary>委託者: the association as the bank knows it for direct debit.</summary>
/// <param name="Code">委託者コード, ten digits.</param>
/// <param name="Name">In half-width kana, as the bank has it.</param>
public sealed record DebtorAccount(
    string Code, string Name, string BankCode, string BankName, string BranchCode, string BranchName, string AccountKind, string AccountNumber);

/// <summary>How the association is paid. Its keys are sealed and shown to nobody again.</summary>
public sealed class PaymentSetting : ISealedRow
{
    private PaymentSetting()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public bool GatewayEnabled { get; private set; }

    /// <summary>The keys move real money.</summary>
    public bool Live { get; private set; }

    public Sealed<string>? SealedSecretKey { get; private set; }

    /// <summary>With which the service signs what it sends.</summary>
    public Sealed<string>? SealedSigningSecret { get; private set; }

    public string? DebtorCode { get; private set; }

    public string? DebtorName { get; private set; }

    public string? BankCode { get; private set; }

    public string? BankName { get; private set; }

    public string? BranchCode { get; private set; }

    public string? BranchName { get; private set; }

    public string? AccountKind { get; private set; }

    public string? AccountNumber { get; private set; }

    public Dunning Dunning { get; private set; } = Dunning.Default;

    public uint Version { get; private set; }

    public DebtorAccount? Debtor => DebtorCode is null ? null
        : new(DebtorCode, DebtorName!, BankCode!, BankName!, BranchCode!, BranchName!, AccountKind!, AccountNumber!);

    public static PaymentSetting For(Guid tenantId, DateTimeOffset now) => new() { TenantId = tenantId, Id = Guid.CreateVersion7(now) };

    /// <param name="secretKey">Null keeps the one that is there.</param>
    /// <param name="signingSecret">Likewise.</param>
    public void ConnectGateway(bool enabled, string? secretKey, string? signingSecret)
    {
        GatewayEnabled = enabled;
        if (secretKey is not null)
        {
            SealedSecretKey = secretKey;
            Live = secretKey.Contains("_live_", StringComparison.Ordinal);
        }
        if (signingSecret is not null)
        {
            SealedSigningSecret = signingSecret;
        }
    }

    public void Remind(Dunning dunning) => Dunning = dunning;

    public void DebitAs(DebtorAccount? account) =>
        (DebtorCode, DebtorName, BankCode, BankName, BranchCode, BranchName, AccountKind, AccountNumber) =
        (account?.Code, account?.Name, account?.BankCode, account?.BankName, account?.BranchCode, account?.BranchName, account?.AccountKind, account?.AccountNumber);
}
