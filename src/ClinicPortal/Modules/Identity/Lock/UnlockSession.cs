using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.MyAccount;
using ClinicPortal.Modules.Identity.Passkeys;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Lock;

/// <summary>The person of a locked session, and nobody else, opens it again: by password, by the code of the app, or by a passkey.</summary>
internal sealed class UnlockSession(
    IdentityDb db, ConfirmIdentity confirm, SecondFactors factors, PasskeyCeremonies passkeys, Sessions sessions, SecurityLog log, IHttpContextAccessor http)
{
    private const int CodeLength = 6;

    private SignedIn? Locked => http.HttpContext!.Features.Get<LockedSession>()?.SignedIn;

    public async Task<Result<Guid>> HandleAsync(string proof, CancellationToken cancellationToken)
    {
        if (Locked is not { } locked)
        {
            return new Error("sign-in.expired");
        }
        var account = await db.Accounts.SingleAsync(a => a.Id == locked.AccountId, cancellationToken);
        var isCode = proof.Trim() is { Length: CodeLength } digits && digits.All(char.IsAsciiDigit);
        var accepted = isCode
            ? await factors.AcceptsAsync(account, proof, cancellationToken, locked.SignInId)
            : await confirm.IsPasswordAsync(account, proof, locked.SignInId, cancellationToken);
        return accepted ? await OpenAsync(locked, cancellationToken) : Error.OnField("proof", "lock.refused");
    }

    public async Task<PasskeyChallenge?> AskForPasskeyAsync(CancellationToken cancellationToken) => Locked is { } locked
        ? await passkeys.AskForUseAsync(await db.Accounts.SingleAsync(a => a.Id == locked.AccountId, cancellationToken)) : null;

    public async Task<Result<Guid>> WithPasskeyAsync(string credential, string state, CancellationToken cancellationToken) =>
        Locked is { } locked && (await passkeys.CheckUseAsync(credential, state, cancellationToken))?.Id == locked.AccountId
            ? await OpenAsync(locked, cancellationToken) : new Error("passkey.refused");

    private async Task<Guid> OpenAsync(SignedIn locked, CancellationToken cancellationToken)
    {
        await sessions.UnlockAsync(locked.SignInId, cancellationToken);
        await log.NoteAsync(locked.AccountId, SecurityEventKind.Unlocked, locked.SignInId, cancellationToken);
        return locked.SignInId;
    }
}
