using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Passwords;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.ForgotPassword;

/// <summary>A new password for who has the link. It uses the link up and ends all sign-ins; it opens none.</summary>
internal sealed class ChooseNewPassword(
    IdentityDb db, ChoosePassword choose, SecondFactors factors, Sessions sessions, SecurityLog log, TimeProvider clock)
{
    /// <summary>Looking at the link, as mail programs do, leaves it as it is.</summary>
    public Task<bool> IsGoodAsync(string code, CancellationToken cancellationToken) => Open(code).AnyAsync(cancellationToken);

    public async Task<Result<Guid>> HandleAsync(string code, string password, CancellationToken cancellationToken)
    {
        var id = await Open(code).Select(r => r.AccountId).SingleOrDefaultAsync(cancellationToken);
        if (await db.Accounts.SingleOrDefaultAsync(a => a.Id == id && a.DisabledAt == null, cancellationToken) is not { } account)
        {
            return new Error("forgotten.expired");
        }
        if (choose.Set(account, password, await factors.HasAnyAsync(id, cancellationToken)) is { } refused)
        {
            return refused;
        }
        var now = clock.GetUtcNow();
        if (await Open(code).ExecuteUpdateAsync(set => set.SetProperty(r => r.UsedAt, now), cancellationToken) == 0)
        {
            return new Error("forgotten.expired");
        }
        await db.SaveChangesAsync(cancellationToken);
        await db.SignInAttempts.Where(a => a.AccountId == id).ExecuteDeleteAsync(cancellationToken);
        await sessions.EndAllAsync(id, except: null, cancellationToken);
        await log.NoteAsync(id, SecurityEventKind.PasswordChanged, null, cancellationToken);
        return id;
    }

    private IQueryable<PasswordReset> Open(string code)
    {
        var (sha256, now) = (Secret.Sha256(code), clock.GetUtcNow());
        return db.PasswordResets.Where(r => r.Sha256 == sha256 && r.UsedAt == null && r.ExpiresAt > now);
    }
}
