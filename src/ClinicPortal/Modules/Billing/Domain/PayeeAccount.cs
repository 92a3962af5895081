namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>By what a person is paid.</summary>
public enum PayKind
{
    /// <summary>給与: as an employee, outside the scope of consumption tax.</summary>
    Salary,

    /// <summary>業務委託: as a contractor, taxable.</summary>
    Contract,
}

/// <summary>振込先: the account to which a person is paid, as the banks' files have it.</summary>
/// <param name="Kind">預金種目: 1 普通, 2 当座.</param>
/// <param name="Holder">口座名義 in half-width kana.</param>
public sealed record PayeeAccount(string BankCode, string BankName, string BranchCode, string BranchName, string Kind, string Number, string Holder);
