using ClinicPortal.Modules.Identity.Domain;
using Microsoft.AspNetCore.Identity;

namespace ClinicPortal.Modules.Identity.Passwords;

/// <summary>Whether a password is an account's. For an account that does not exist, or has none, a decoy is verified, which takes as long.</summary>
internal sealed class VerifyPassword(IPasswordHasher<Account> hasher)
{
    private static readonly Account Nobody = new(Guid.Empty, "", "", "", DateTimeOffset.UnixEpoch);
    private static string? decoy;

    public bool IsRight(Account? account, string password)
    {
        // A longer one was never set, and hashing it would only cost time.
        var typed = PasswordRules.Normalise(password.Length <= PasswordRules.Longest * 2 ? password : "");
        decoy ??= hasher.HashPassword(Nobody, Secret.New());
        var verified = hasher.VerifyHashedPassword(account ?? Nobody, account?.PasswordHash ?? decoy, typed);
        return account?.PasswordHash is not null && verified is not PasswordVerificationResult.Failed;
    }
}
