using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Passwords;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.MyAccount;

/// <summary>A new password for who knows the present one. All other sign-ins of the account end.</summary>
internal sealed class ChangePassword(
    IdentityDb db, ConfirmIdentity confirm, ChoosePassword choose, SecondFactors factors, Sessions sessions, KnownDevices devices, SecurityLog log,
    IHttpContextAccessor http)
{
    public async Task<Result<Guid>> HandleAsync(string current, string password, CancellationToken cancellationToken)
    {
        var signedIn = http.HttpContext!.Features.Get<SignedIn>()!;
        if (!await confirm.IsPasswordAsync(current, cancellationToken))
        {
            return Error.OnField("current", "account.password-refused");
        }
        var account = await db.Accounts.SingleAsync(a => a.Id == signedIn.AccountId, cancellationToken);
        if (choose.Set(account, password, await factors.HasAnyAsync(account.Id, cancellationToken)) is { } refused)
        {
            return refused;
        }
        await db.SaveChangesAsync(cancellationToken);
        // A sign-in that had passed the old password, and now only waits for its second step.
        await db.SignInAttempts.Where(a => a.AccountId == account.Id).ExecuteDeleteAsync(cancellationToken);
        await sessions.EndAllAsync(account.Id, except: signedIn.SignInId, cancellationToken);
        devices.Remember(http.HttpContext, account);
        await log.NoteAsync(account.Id, SecurityEventKind.PasswordChanged, signedIn.SignInId, cancellationToken);
        return account.Id;
    }
}
