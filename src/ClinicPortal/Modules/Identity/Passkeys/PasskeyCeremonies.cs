using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Identity.Passkeys;

/// <summary>What a browser needs to use or make a passkey.</summary>
/// <param name="Options">For <c>navigator.credentials</c>, as JSON.</param>
/// <param name="State">Comes back with the answer; readable by the portal only.</param>
public sealed record PasskeyChallenge(string Options, string State);

/// <summary>Asks browsers for passkeys and checks what they answer. A challenge is good for minutes and for one answer.</summary>
internal sealed class PasskeyCeremonies(
    IdentityDb db, IPasskeyHandler<Account> handler, UserManager<Account> accounts, IDataProtectionProvider protection, IHttpContextAccessor http, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector usage = protection.CreateProtector("identity.passkey-use").ToTimeLimitedDataProtector();
    private readonly ITimeLimitedDataProtector making = protection.CreateProtector("identity.passkey-make").ToTimeLimitedDataProtector();

    private HttpContext Context => http.HttpContext!;

    /// <param name="account">Whose passkey it must be; null for anybody's, as at a sign-in.</param>
    public async Task<PasskeyChallenge> AskForUseAsync(Account? account)
    {
        var asked = await handler.MakeRequestOptionsAsync(account, Context);
        return new PasskeyChallenge(asked.RequestOptionsJson, usage.Protect(asked.AssertionState!, Lifetime));
    }

    /// <returns>Whose passkey it is; null when the answer is not right, too late, or was given before.</returns>
    public async Task<Account?> CheckUseAsync(string credential, string state, CancellationToken cancellationToken)
    {
        if (Open(usage, state) is not { } asked || credential.Length == 0)
        {
            return null;
        }
        var result = await handler.PerformAssertionAsync(
            new PasskeyAssertionContext { CredentialJson = credential, HttpContext = Context, AssertionState = asked });
        if (!result.Succeeded || result.User.DisabledAt is not null || !await UseUpAsync(asked, cancellationToken))
        {
            return null;
        }
        await accounts.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        return result.User;
    }

    public async Task<PasskeyChallenge> AskForNewAsync(Account account)
    {
        var asked = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = account.Id.ToString(), Name = account.UserName!, DisplayName = account.DisplayName }, Context);
        return new PasskeyChallenge(asked.CreationOptionsJson, making.Protect(asked.AttestationState!, Lifetime));
    }

    /// <returns>The new passkey; null when the answer is not right, not of this account, too late, or was given before.</returns>
    public async Task<UserPasskeyInfo?> CheckNewAsync(Account account, string credential, string state, CancellationToken cancellationToken)
    {
        if (Open(making, state) is not { } asked || credential.Length == 0)
        {
            return null;
        }
        var result = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext { CredentialJson = credential, HttpContext = Context, AttestationState = asked });
        return result.Succeeded && result.UserEntity.Id == account.Id.ToString() && await UseUpAsync(asked, cancellationToken) ? result.Passkey : null;
    }

    private static string? Open(ITimeLimitedDataProtector protector, string state)
    {
        try
        {
            return state.Length > 0 ? protector.Unprotect(state) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private async Task<bool> UseUpAsync(string asked, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await db.UsedChallenges.Where(c => c.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        db.UsedChallenges.Add(new UsedChallenge(SHA256.HashData(Encoding.UTF8.GetBytes(asked)), now + Lifetime + Lifetime));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException replay) when (replay.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }
}
