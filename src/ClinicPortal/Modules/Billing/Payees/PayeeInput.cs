using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Modules.Billing.ConfigurePayments;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Billing.Payees;

/// <summary>The account as somebody typed it.</summary>
public sealed record AccountInput(bool Remove, string? BankCode, string? BankName, string? BranchCode, string? BranchName, string? Kind, string? Number, string? Holder)
{
    /// <summary>None was typed: there is none, or the one there was is taken away.</summary>
    private bool IsEmpty => Remove || new[] { BankCode, BankName, BranchCode, BranchName, Number, Holder }.All(text => text is null);

    public static AccountInput Of(FormPost form) => new(
        form.Checked("remove"), form.Text("bankCode"), form.Text("bankName"), form.Text("branchCode"), form.Text("branchName"), form.Text("kind"), form.Text("number"), form.Text("holder"));

    public PayeeAccount? Read(List<Error> errors)
    {
        if (IsEmpty)
        {
            return null;
        }
        BankFields.Digits("bankCode", BankCode, 4, errors);
        BankFields.Digits("branchCode", BranchCode, 3, errors);
        BankFields.Digits("number", Number, 7, errors);
        var (bank, branch, holder) = (BankFields.Kana("bankName", BankName, 15, errors), BankFields.Kana("branchName", BranchName, 15, errors), BankFields.Kana("holder", Holder, 30, errors));
        return errors.Count > 0 ? null : new PayeeAccount(BankCode!, bank, BranchCode!, branch, Kind is "2" ? "2" : "1", Number!, holder);
    }
}

/// <summary>Numbers of a person who is paid.</summary>
public static partial class PayeeNumbers
{
    /// <summary>登録番号. A person's own follows no published rule, so that only its shape is checked; see <see cref="IsOfCompany"/>.</summary>
    /// <returns>As it is written on documents; null where there is none.</returns>
    public static string? Registration(string? text, List<Error> errors)
    {
        var written = text?.Normalize(NormalizationForm.FormKC).ToUpperInvariant().Replace("-", "", StringComparison.Ordinal);
        if (written is not null && !RegistrationShape().IsMatch(written))
        {
            errors.Add(Error.OnField("registrationNumber", "payee.registration-number"));
        }
        return written;
    }

    /// <summary>Its check digit is a corporation's: worth asking where a person has entered it, and to be expected of a 法人.</summary>
    public static bool IsOfCompany(string number) => RegistrationNumber.TryParse(number, out _);

    public static string? Employee(string? text, List<Error> errors)
    {
        var written = text?.Normalize(NormalizationForm.FormKC);
        if (written is not null && !EmployeeShape().IsMatch(written))
        {
            errors.Add(Error.OnField("employeeNumber", "payee.employee-number"));
        }
        return written;
    }

    [GeneratedRegex("^T[0-9]{13}$")]
    private static partial Regex RegistrationShape();

    [GeneratedRegex("^[0-9]{1,10}$")]
    private static partial Regex EmployeeShape();
}
