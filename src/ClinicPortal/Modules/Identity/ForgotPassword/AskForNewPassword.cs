using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.ForgotPassword;

/// <summary>
/// Somebody says that they forgot their password. What is done and answered is the same whether the account exists or not: one work item
/// is written, and only when it is done does it turn out whether there is anybody to write to.
/// </summary>
internal sealed class AskForNewPassword(
    IdentityDb db, Throttle throttle, IServiceScopeFactory scopes, IHttpContextAccessor http, TimeProvider clock)
{
    private const int LongestAddress = 254;

    /// <summary>For everybody at one address; who has to wait is answered like everybody.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    public async Task<Result<bool>> HandleAsync(string email, CancellationToken cancellationToken)
    {
        if (email.Length == 0)
        {
            return Error.OnField("email", "required");
        }
        if (email.Length > LongestAddress)
        {
            return Error.OnField("email", "too-long", LongestAddress);
        }
        var from = Budget.Address(http.HttpContext!.Connection.RemoteIpAddress);
        if (await throttle.TakeAsync(new Budget($"forgotten {from.Key}", 20, LongestWait), cancellationToken))
        {
            var name = email.ToUpperInvariant();
            var account = await db.Accounts.Where(a => a.NormalizedUserName == name && a.DisabledAt == null)
                .Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellationToken);
            // In a scope of its own: the page that answers is still nobody's.
            await using var scope = scopes.CreateAsyncScope();
            var session = await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [], cancellationToken);
            session.Enqueue(MailNewPassword.Of(account, name, clock.GetUtcNow()));
            await session.CommitAsync(cancellationToken);
        }
        return true;
    }
}
