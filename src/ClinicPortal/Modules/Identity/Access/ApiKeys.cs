using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>Finds who a bearer key acts for.</summary>
internal sealed class ApiKeys(IDbContextFactory<IdentityDb> contexts, TimeProvider clock)
{
    private static readonly TimeSpan NoteUseEvery = TimeSpan.FromMinutes(5);

    private readonly ShortMemory<CurrentUser> recent = new(clock);

    public async Task<CurrentUser?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var sha256 = Secret.Sha256(key);
        var memoryKey = Convert.ToHexString(sha256);
        return recent.Find(memoryKey) ?? await LookUpAsync(sha256, memoryKey, cancellationToken);
    }

    /// <summary>After a key was revoked on this node; the others remember it for some seconds.</summary>
    public void Forget(Guid id) => recent.Forget(user => user.SessionId == id);

    private async Task<CurrentUser?> LookUpAsync(byte[] sha256, string memoryKey, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var key = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(
            k => k.Sha256 == sha256 && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now), cancellationToken);
        if (key is null)
        {
            return null;
        }
        var user = key.ToUser(null);
        var validUntil = key.ExpiresAt ?? DateTimeOffset.MaxValue;
        if (key.AccountId is { } accountId)
        {
            var account = await db.Accounts.Where(a => a.Id == accountId).Select(a => new { a.DisplayName, a.DisabledAt }).SingleAsync(cancellationToken);
            var memberships = await db.Memberships.AsNoTracking().Where(m => m.AccountId == accountId).ToListAsync(cancellationToken);
            if (account.DisabledAt is not null || memberships.Find(m => key.Covers(m) && m.IsActiveAt(now)) is not { } membership)
            {
                return null;
            }
            user = key.ToUser(account.DisplayName) with { IsAdministrator = membership.IsAdministrator };
            validUntil = membership.ValidUntil < validUntil ? membership.ValidUntil.Value : validUntil;
        }
        // The name that its members see; a machine has no membership of its own.
        user = user with
        {
            OrganisationName = await db.Memberships.Where(m => m.OrganisationId == key.OrganisationId).Select(m => m.OrganisationName).FirstOrDefaultAsync(cancellationToken),
        };
        recent.Keep(memoryKey, user, validUntil);
        if (key.LastUsedAt is not { } used || used < now - NoteUseEvery)
        {
            await db.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellationToken);
        }
        return user;
    }
}
