using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Billing.Payees;

/// <summary>How doctors and drivers are paid, and from which account.</summary>
public interface IPayees
{
    /// <returns>Those of them for whom something has been entered.</returns>
    Task<IReadOnlyDictionary<AccountId, PayeeTerms>> OfAsync(TenantId tenant, IReadOnlyCollection<AccountId> people, CancellationToken cancellationToken);

    /// <summary>振込元: the account of the association and its 委託者コード; null until the secretariat has entered it in the payment settings.</summary>
    Task<DebtorAccount?> PayingAccountAsync(TenantId tenant, CancellationToken cancellationToken);
}

/// <param name="RegistrationNumber">登録番号 of a registered contractor, T and 13 digits; null for everybody else.</param>
/// <param name="EmployeeNumber">社員番号, up to ten digits.</param>
/// <param name="Account">振込先; null until it is entered.</param>
public sealed record PayeeTerms(
    AccountId PersonId, string Name, PayKind? AsDoctor, PayKind? AsDriver, string? RegistrationNumber, string? EmployeeNumber, PayeeAccount? Account)
{
    /// <returns>Null until the secretariat has said how the person is paid in that role.</returns>
    public PayKind? KindAs(DutyRole role) => role == DutyRole.Doctor ? AsDoctor : AsDriver;
}
