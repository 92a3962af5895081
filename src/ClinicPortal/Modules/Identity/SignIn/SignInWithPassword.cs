using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.Identity;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <summary>Opens a session on the sign-in host for who knows an account's password.</summary>
internal sealed class SignInWithPassword(UserManager<Account> accounts, DecoyPassword decoy, Sessions sessions, TimeProvider clock)
{
    public async Task<Result<(SignedIn SignedIn, string Token)>> HandleAsync(string email, string password, CancellationToken cancellationToken)
    {
        if (await accounts.FindByNameAsync(email) is not { } account)
        {
            decoy.Verify(password);
            return new Error("sign-in.refused");
        }
        if (await accounts.IsLockedOutAsync(account))
        {
            return Locked(account);
        }
        if (!await accounts.CheckPasswordAsync(account, password))
        {
            await accounts.AccessFailedAsync(account);
            return await accounts.IsLockedOutAsync(account) ? Locked(account) : new Error("sign-in.refused");
        }
        await accounts.ResetAccessFailedCountAsync(account);
        return await sessions.SignInAsync(account, cancellationToken);
    }

    private Error Locked(Account account)
    {
        var left = account.LockoutEnd is { } end ? end - clock.GetUtcNow() : TimeSpan.Zero;
        return new Error("sign-in.locked", ErrorKind.Invalid, null, Math.Max(1, (int)Math.Ceiling(left.TotalMinutes)));
    }
}

/// <summary>Verifies passwords of accounts that do not exist, so that the answer takes as long as for one that does.</summary>
internal sealed class DecoyPassword(IPasswordHasher<Account> hasher)
{
    private static readonly Account Nobody = new(Guid.Empty, "", "", "", DateTimeOffset.UnixEpoch);
    private static string? hash;

    public void Verify(string password) =>
        hasher.VerifyHashedPassword(Nobody, hash ??= hasher.HashPassword(Nobody, Secret.New()), password);
}
