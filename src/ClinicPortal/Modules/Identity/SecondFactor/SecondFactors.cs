using System.Security.Cryptography;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.SecondFactor;

/// <summary>What an account has beside its password: the authenticator app and the recovery codes.</summary>
internal sealed class SecondFactors(
    IdentityDb db, IDataProtectionProvider protection, KnownDevices devices, Throttle throttle, SecurityLog log, IHttpContextAccessor http, TimeProvider clock)
{
    private const int CodeLength = 6;

    private readonly IDataProtector protector = protection.CreateProtector("identity.authenticator");

    /// <summary>An app, or a passkey, which is both factors.</summary>
    public async Task<bool> HasAnyAsync(Guid accountId, CancellationToken cancellationToken) =>
        await db.Authenticators.AnyAsync(a => a.AccountId == accountId, cancellationToken) || await HasPasskeyAsync(accountId, cancellationToken);

    public Task<bool> HasPasskeyAsync(Guid accountId, CancellationToken cancellationToken) =>
        db.Passkeys.AnyAsync(p => p.AccountId == accountId, cancellationToken);

    public Task<int> RecoveryCodesLeftAsync(Guid accountId, CancellationToken cancellationToken) =>
        db.RecoveryCodes.CountAsync(c => c.AccountId == accountId && c.UsedAt == null, cancellationToken);

    /// <summary>Whether what was typed is the app's code or a recovery code that was not used yet. It is used up by this.</summary>
    /// <remarks>Tries are limited for each account; who must wait is answered like who is wrong.</remarks>
    /// <param name="signInId">Of a sign-in that is open already, for which alone tries are counted.</param>
    public async Task<bool> AcceptsAsync(Account account, string typed, CancellationToken cancellationToken, Guid? signInId = null)
    {
        var known = signInId ?? devices.Find(http.HttpContext!.Request, account);
        var budget = known is { } device ? Budget.Device(device, account.Id) : Budget.Code(account.Id);
        var mayTry = await throttle.TakeAsync(budget, cancellationToken);
        var code = string.Concat(typed.Normalize(System.Text.NormalizationForm.FormKC).Where(char.IsAsciiLetterOrDigit));
        var accepted = mayTry && (code.Length == CodeLength
            ? await AcceptsCodeAsync(account.Id, code, cancellationToken)
            : await AcceptsRecoveryCodeAsync(account.Id, code, cancellationToken));
        if (accepted)
        {
            await throttle.ClearAsync(budget, cancellationToken);
        }
        else if (mayTry)
        {
            await log.NoteAsync(account.Id, SecurityEventKind.SecondFactorRefused, null, cancellationToken);
        }
        return accepted;
    }

    /// <summary>Takes the app into use whose secret this is, in place of one before.</summary>
    /// <param name="code">What the app shows: it has the secret.</param>
    /// <returns>Whether the code was right.</returns>
    public async Task<bool> EnrolAsync(Guid accountId, byte[] secret, string code, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (Totp.StepOf(secret, string.Concat(code.Where(char.IsAsciiDigit)), now) is not { } step)
        {
            return false;
        }
        if (await db.Authenticators.FindAsync([accountId], cancellationToken) is { } before)
        {
            before.Replace(Protect(accountId, secret), step, now);
        }
        else
        {
            db.Authenticators.Add(new Authenticator(accountId, Protect(accountId, secret), step, now));
        }
        await db.SaveChangesAsync(cancellationToken);
        await log.NoteAsync(accountId, SecurityEventKind.AuthenticatorEnrolled, null, cancellationToken);
        return true;
    }

    /// <summary>Makes new recovery codes; those before are worth nothing any more.</summary>
    /// <returns>The codes, which nobody can read again.</returns>
    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var codes = Enumerable.Range(0, RecoveryCode.PerAccount).Select(_ => RecoveryCode.New()).ToList();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        db.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCode(accountId, code)));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await log.NoteAsync(accountId, SecurityEventKind.RecoveryCodesRenewed, null, cancellationToken);
        return codes;
    }

    /// <summary>Encrypted, and good for this account only.</summary>
    public string Protect(Guid accountId, byte[] secret) => protector.CreateProtector(accountId.ToString("N")).Protect(Convert.ToBase64String(secret));

    private async Task<bool> AcceptsCodeAsync(Guid accountId, string code, CancellationToken cancellationToken)
    {
        var authenticator = await db.Authenticators.AsNoTracking().SingleOrDefaultAsync(a => a.AccountId == accountId, cancellationToken);
        if (authenticator is null || Totp.StepOf(Read(authenticator), code, clock.GetUtcNow()) is not { } step)
        {
            return false;
        }
        // One statement decides, so that of two that bring the same code one is refused.
        return await db.Authenticators.Where(a => a.AccountId == accountId && a.LastStep < step)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.LastStep, step), cancellationToken) == 1;
    }

    private async Task<bool> AcceptsRecoveryCodeAsync(Guid accountId, string code, CancellationToken cancellationToken)
    {
        var (sha256, now) = (RecoveryCode.HashOf(accountId, code), clock.GetUtcNow());
        var used = await db.RecoveryCodes.Where(c => c.AccountId == accountId && c.Sha256 == sha256 && c.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), cancellationToken) == 1;
        if (used)
        {
            await log.NoteAsync(accountId, SecurityEventKind.RecoveryCodeUsed, null, cancellationToken);
        }
        return used;
    }

    private byte[] Read(Authenticator authenticator)
    {
        try
        {
            return Convert.FromBase64String(protector.CreateProtector(authenticator.AccountId.ToString("N")).Unprotect(authenticator.Secret));
        }
        catch (CryptographicException)
        {
            // Moved here from another account, or altered: no code is right for it.
            return RandomNumberGenerator.GetBytes(1);
        }
    }
}
