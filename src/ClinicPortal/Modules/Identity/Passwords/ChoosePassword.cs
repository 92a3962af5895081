using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.Identity;

namespace ClinicPortal.Modules.Identity.Passwords;

/// <summary>Gives an account the password that its person chose: when an invitation is accepted, when it is changed, when it was forgotten.</summary>
internal sealed class ChoosePassword(IPasswordHasher<Account> hasher)
{
    /// <summary>Changes the account, which the caller saves.</summary>
    /// <param name="withSecondFactor">The account has a second factor already; before that a password must be longer.</param>
    /// <returns>Why the password may not be used; null when it was set.</returns>
    public Error? Set(Account account, string? password, bool withSecondFactor, string field = "password")
    {
        // The parts of the address before its domain: that of an association is in all of its members' addresses.
        var refused = PasswordRules.Refuse(password, withSecondFactor, field, account.DisplayName, account.UserName!.Split('@')[0]);
        if (refused is null)
        {
            account.ChangePassword(hasher.HashPassword(account, PasswordRules.Normalise(password!)));
        }
        return refused;
    }
}
