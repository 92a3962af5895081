using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Passkeys;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.MyAccount;

/// <summary>Who is signed in proves again, by password or passkey, who they are; the session goes on under a new token.</summary>
internal sealed class ConfirmIdentity(IdentityDb db, SignInWithPassword passwords, PasskeyCeremonies passkeys, Sessions sessions, IHttpContextAccessor http)
{
    private SignedIn SignedIn => http.HttpContext!.Features.Get<SignedIn>()!;

    /// <summary>Tries are counted with those of the sign-in.</summary>
    public async Task<bool> IsPasswordAsync(string password, CancellationToken cancellationToken)
    {
        var name = await db.Accounts.Where(a => a.Id == SignedIn.AccountId).Select(a => a.UserName!).SingleAsync(cancellationToken);
        return (await passwords.HandleAsync(name, password, cancellationToken)).Succeeded;
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
