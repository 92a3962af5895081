using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.SecondFactor;

/// <summary>Between the two steps of a sign-in.</summary>
internal sealed class Attempts(IdentityDb db, SecondFactors factors, IHttpContextAccessor http, TimeProvider clock)
{
    public const string SecondStepPath = "/sign-in/second-factor";
    public const string EnrolPath = "/sign-in/enrol";

    private HttpContext Context => http.HttpContext!;

    /// <summary>The first step succeeded.</summary>
    /// <param name="onlyTenantId">See <see cref="Session.OnlyTenantId"/>.</param>
    /// <returns>Where the second one is done; who has no second factor yet gets one there.</returns>
    public async Task<string> BeginAsync(Account account, Guid? onlyTenantId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await db.SignInAttempts.Where(a => a.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var token = Secret.New();
        db.SignInAttempts.Add(new SignInAttempt(Secret.Sha256(token), account.Id, onlyTenantId, now));
        await db.SaveChangesAsync(cancellationToken);
        SessionCookie.WriteAttempt(Context.Response, token, SignInAttempt.Lifetime);
        return await factors.HasAnyAsync(account.Id, cancellationToken) ? SecondStepPath : EnrolPath;
    }

    /// <returns>The attempt of this browser with its account; null when it is over.</returns>
    public async Task<(SignInAttempt Attempt, Account Account)?> FindAsync(CancellationToken cancellationToken)
    {
        if (Context.Request.Cookies[SessionCookie.AttemptName] is not { Length: > 0 } token)
        {
            return null;
        }
        var (sha256, now) = (Secret.Sha256(token), clock.GetUtcNow());
        var found = await (
            from attempt in db.SignInAttempts.AsNoTracking()
            join account in db.Accounts on attempt.AccountId equals account.Id
            where attempt.Sha256 == sha256 && attempt.UsedAt == null && attempt.ExpiresAt > now && attempt.Tries < SignInAttempt.MostTries
                && account.DisabledAt == null
            select new { Attempt = attempt, Account = account }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.Attempt, found.Account);
    }

    /// <summary>Counted before the code is looked at, so that many at once are no more than one after the other.</summary>
    /// <returns>Whether there was one left.</returns>
    public async Task<bool> TakeTryAsync(SignInAttempt attempt, CancellationToken cancellationToken) =>
        await db.SignInAttempts.Where(a => a.Sha256 == attempt.Sha256 && a.UsedAt == null && a.Tries < SignInAttempt.MostTries)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Tries, a => a.Tries + 1), cancellationToken) == 1;

    /// <returns>Whether it was not used up already: an attempt opens one session.</returns>
    public async Task<bool> UseUpAsync(SignInAttempt attempt, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await db.SignInAttempts.Where(a => a.Sha256 == attempt.Sha256 && a.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.UsedAt, now), cancellationToken) == 1;
    }
}
