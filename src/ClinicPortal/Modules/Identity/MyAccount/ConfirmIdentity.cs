using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Passkeys;
using ClinicPortal.Modules.Identity.Passwords;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.MyAccount;

/// <summary>Who is signed in proves again, by password or passkey, who they are; the session goes on under a new token.</summary>
internal sealed class ConfirmIdentity(
    IdentityDb db, VerifyPassword passwords, Throttle throttle, PasskeyCeremonies passkeys, Sessions sessions, SecurityLog log, IHttpContextAccessor http)
{
    private SignedIn SignedIn => http.HttpContext!.Features.Get<SignedIn>()!;

    public async Task<bool> IsPasswordAsync(string password, CancellationToken cancellationToken) => await IsPasswordAsync(
        await db.Accounts.SingleAsync(a => a.Id == SignedIn.AccountId, cancellationToken), password, SignedIn.SignInId, cancellationToken);

    /// <summary>Tries are counted for this sign-in alone: nobody elsewhere can use them up.</summary>
    public async Task<bool> IsPasswordAsync(Account account, string password, Guid signInId, CancellationToken cancellationToken)
    {
        var budget = Budget.Device(signInId, account.Id);
        var mayTry = await throttle.TakeAsync(budget, cancellationToken);
        if (passwords.IsRight(account, password) && mayTry)
        {
            await throttle.ClearAsync(budget, cancellationToken);
            return true;
        }
        if (mayTry)
        {
            await log.NoteAsync(account.Id, SecurityEventKind.SignInRefused, signInId, cancellationToken);
        }
        return false;
    }

    public async Task<Result<bool>> WithPasswordAsync(string password, CancellationToken cancellationToken) =>
        await IsPasswordAsync(password, cancellationToken) ? await ProveAsync(cancellationToken) : Error.OnField("password", "account.password-refused");

    public async Task<Result<bool>> WithPasskeyAsync(string credential, string state, CancellationToken cancellationToken) =>
        (await passkeys.CheckUseAsync(credential, state, cancellationToken))?.Id == SignedIn.AccountId
            ? await ProveAsync(cancellationToken) : new Error("passkey.refused");

    private async Task<bool> ProveAsync(CancellationToken cancellationToken)
    {
        SessionCookie.Write(http.HttpContext!.Response, await sessions.ProveAsync(SignedIn, cancellationToken));
        return true;
    }
}
