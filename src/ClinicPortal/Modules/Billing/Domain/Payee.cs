using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>How somebody is engaged.</summary>
/// <param name="AsDoctor">Null for who does not work as one, or until it is said; so is <paramref name="AsDriver"/>.</param>
/// <param name="RegistrationNumber">登録番号: T and 13 digits.</param>
/// <param name="EmployeeNumber">社員番号: up to ten digits.</param>
public sealed record PayeeEngagement(PayKind? AsDoctor, PayKind? AsDriver, string? RegistrationNumber, string? EmployeeNumber);

/// <summary>A doctor or driver who is paid. Its id is the person's account in the portal; what was entered before is in <see cref="Changes"/>.</summary>
public sealed class Payee : ISealedRow
{
    private readonly List<PayeeChange> changes = [];

    private Payee()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public PayKind? AsDoctor { get; private set; }

    public PayKind? AsDriver { get; private set; }

    public string? RegistrationNumber { get; private set; }

    public string? EmployeeNumber { get; private set; }

    public Sealed<PayeeAccount>? SealedAccount { get; private set; }

    public DateTimeOffset? AccountChangedAt { get; private set; }

    public string? AccountChangedBy { get; private set; }

    /// <summary>The account was last entered by the person and not by the secretariat.</summary>
    public bool AccountByPerson { get; private set; }

    public uint Version { get; private set; }

    /// <summary>Complete where it was read with them; otherwise those of this session.</summary>
    public IReadOnlyList<PayeeChange> Changes => changes;

    public PayeeEngagement Engagement => new(AsDoctor, AsDriver, RegistrationNumber, EmployeeNumber);

    public static Payee For(Guid tenantId, Guid accountId, string name) => new() { TenantId = tenantId, Id = accountId, Name = name };

    /// <param name="account">Null where there is none any more.</param>
    /// <returns>False where nothing is other than before.</returns>
    public bool Write(PayeeEngagement engagement, PayeeAccount? account, CurrentUser actor, DateTimeOffset now)
    {
        var isOtherAccount = account != SealedAccount?.Value;
        if (!isOtherAccount && engagement == Engagement)
        {
            return false;
        }
        (AsDoctor, AsDriver, RegistrationNumber, EmployeeNumber) = (engagement.AsDoctor, engagement.AsDriver, engagement.RegistrationNumber, engagement.EmployeeNumber);
        if (isOtherAccount)
        {
            SealedAccount = account is null ? null : (Sealed<PayeeAccount>)account;
            (AccountChangedAt, AccountChangedBy, AccountByPerson) = (now, actor.Name, actor.Id == Id);
        }
        changes.Add(PayeeChange.Of(this, account, isOtherAccount, actor, now));
        return true;
    }
}

/// <summary>What was entered of a payee at a time, whole. Written once.</summary>
public sealed class PayeeChange : ISealedRow
{
    private PayeeChange()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid PayeeId { get; private set; }

    public PayKind? AsDoctor { get; private set; }

    public PayKind? AsDriver { get; private set; }

    public string? RegistrationNumber { get; private set; }

    public string? EmployeeNumber { get; private set; }

    public Sealed<PayeeAccount>? SealedAccount { get; private set; }

    /// <summary>The account was among what was changed.</summary>
    public bool AccountChanged { get; private set; }

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    internal static PayeeChange Of(Payee payee, PayeeAccount? account, bool accountChanged, CurrentUser actor, DateTimeOffset now) => new()
    {
        TenantId = payee.TenantId,
        Id = Guid.CreateVersion7(now),
        PayeeId = payee.Id,
        AsDoctor = payee.AsDoctor,
        AsDriver = payee.AsDriver,
        RegistrationNumber = payee.RegistrationNumber,
        EmployeeNumber = payee.EmployeeNumber,
        SealedAccount = account is null ? null : (Sealed<PayeeAccount>)account,
        AccountChanged = accountChanged,
        ById = actor.Id,
        ByName = actor.Name,
        At = now,
    };
}
