using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Live;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>Finds who a bearer key acts for. What changes that is told to every node by triggers of the tables.</summary>
internal sealed class ApiKeys
{
    /// <summary>Of the live link, as the triggers say it.</summary>
    private const string Topic = "access";

    private static readonly TimeSpan NoteUseEvery = TimeSpan.FromHours(1);

    private readonly IDbContextFactory<IdentityDb> contexts;
    private readonly TimeProvider clock;
    private readonly ShortMemory<CurrentUser> recent;

    public ApiKeys(IDbContextFactory<IdentityDb> contexts, LiveRelay relay, TimeProvider clock)
    {
        (this.contexts, this.clock) = (contexts, clock);
        recent = new ShortMemory<CurrentUser>(clock, () => relay.IsListening);
        relay.Heard += topics =>
        {
            if (topics.Contains(Topic) || topics.Contains(LiveRelay.Everything))
            {
                recent.Forget(_ => true);
            }
        };
    }

    public async Task<CurrentUser?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var sha256 = Secret.Sha256(key);
        var memoryKey = Convert.ToHexString(sha256);
        return recent.Find(memoryKey) ?? await LookUpAsync(sha256, memoryKey, cancellationToken);
    }

    /// <summary>After a key was revoked on this node; the others hear of it.</summary>
    public void Forget(Guid id) => recent.Forget(user => user.SessionId == id);

    private async Task<CurrentUser?> LookUpAsync(byte[] sha256, string memoryKey, CancellationToken cancellationToken)
    {
        var (now, mark) = (clock.GetUtcNow(), recent.Mark);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // In one query, as most requests of a large site ask it.
        var found = await db.ApiKeys.AsNoTracking()
            .Where(k => k.Sha256 == sha256 && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now))
            .Select(k => new
            {
                Key = k,
                Account = db.Accounts.Where(a => a.Id == k.AccountId).Select(a => new { a.DisplayName, a.DisabledAt }).SingleOrDefault(),
                Memberships = db.Memberships.Where(m => m.AccountId == k.AccountId).ToList(),
                // The name that its members see; a machine has no membership of its own.
                OrganisationName = db.Memberships
                    .Where(m => m.OrganisationId == k.OrganisationId)
                    .Select(m => m.OrganisationName).FirstOrDefault(),
            })
            .AsSingleQuery()
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }
        var key = found.Key;
        var user = key.ToUser(found.Account?.DisplayName) with { OrganisationName = found.OrganisationName };
        var validUntil = key.ExpiresAt ?? DateTimeOffset.MaxValue;
        if (key.AccountId is not null)
        {
            if (found.Account is not { DisabledAt: null } || found.Memberships.Find(m => key.Covers(m) && m.IsActiveAt(now)) is not { } membership)
            {
                return null;
            }
            user = user with { IsAdministrator = membership.IsAdministrator };
            validUntil = membership.ValidUntil < validUntil ? membership.ValidUntil.Value : validUntil;
        }
        recent.Keep(memoryKey, user, validUntil, mark);
        if (key.LastUsedAt is not { } used || used < now - NoteUseEvery)
        {
            await db.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellationToken);
        }
        return user;
    }
}
