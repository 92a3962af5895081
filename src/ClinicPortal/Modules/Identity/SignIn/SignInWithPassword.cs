using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Passwords;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <summary>
/// The first step: who knows an account's password. Every refusal has the same words and took the same work, whether the account does not
/// exist, the password is wrong, or too many were tried.
/// </summary>
internal sealed class SignInWithPassword(
    IdentityDb db, VerifyPassword passwords, KnownDevices devices, Throttle throttle, SecurityLog log, IHttpContextAccessor http)
{
    public async Task<Result<Account>> HandleAsync(string email, string password, CancellationToken cancellationToken)
    {
        var name = email.ToUpperInvariant();
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.NormalizedUserName == name, cancellationToken);
        var budgets = Budgets(name, account);
        var mayTry = true;
        foreach (var budget in budgets)
        {
            mayTry = mayTry && await throttle.TakeAsync(budget, cancellationToken);
        }
        var isRight = passwords.IsRight(account, password);
        if (!mayTry || !isRight || account is not { DisabledAt: null })
        {
            if (mayTry)
            {
                await log.NoteAsync(account?.Id, SecurityEventKind.SignInRefused, null, cancellationToken);
            }
            return new Error("sign-in.refused");
        }
        await throttle.ClearAsync(budgets[^1], cancellationToken);
        foreach (var shared in budgets.SkipLast(1))
        {
            await throttle.ReturnAsync(shared, cancellationToken);
        }
        return account;
    }

    private Budget[] Budgets(string name, Account? account)
    {
        var request = http.HttpContext!.Request;
        return account is not null && devices.Find(request, account) is { } device
            ? [Budget.Device(device, account.Id)]
            : [Budget.Address(request.HttpContext.Connection.RemoteIpAddress), Budget.Password(name)];
    }
}
