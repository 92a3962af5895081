using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Identity.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Organisations;

internal sealed class OrganisationPeople(IDbContextFactory<IdentityDb> contexts, TimeProvider clock) : IOrganisationPeople
{
    public async Task<IReadOnlyDictionary<Guid, int>> CountAsync(IReadOnlyCollection<Guid> organisations, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var invited = await db.Invitations
            .Where(i => organisations.Contains(i.OrganisationId) && i.AcceptedAt == null && i.RevokedAt == null && i.ExpiresAt > now)
            .GroupBy(i => i.OrganisationId).Select(open => new { open.Key, Count = open.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        var people = await db.Memberships
            .Where(m => organisations.Contains(m.OrganisationId) && m.ValidFrom <= now && (m.ValidUntil == null || m.ValidUntil > now))
            .GroupBy(m => m.OrganisationId)
            .Select(members => new { members.Key, Count = members.Select(m => m.AccountId).Distinct().Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        return people.Keys.Union(invited.Keys).ToDictionary(id => id, id => people.GetValueOrDefault(id) + invited.GetValueOrDefault(id));
    }

    public async Task<IReadOnlyList<OrganisationPerson>> NamesAsync(Guid organisation, string role, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var people = await (
            from membership in db.Memberships
            where membership.OrganisationId == organisation && membership.Role == role
                && membership.ValidFrom <= now && (membership.ValidUntil == null || membership.ValidUntil > now)
            join account in db.Accounts on membership.AccountId equals account.Id
            select new { account.Id, account.DisplayName, account.Kana }).Distinct().OrderBy(a => a.Kana).ToListAsync(cancellationToken);
        return people.ConvertAll(a => new OrganisationPerson(new AccountId(a.Id), a.DisplayName, a.Kana));
    }

    public async Task<IReadOnlyList<string>> MailAddressesAsync(Guid organisation, string role, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from membership in db.Memberships
            where membership.OrganisationId == organisation && (membership.Role == role || membership.IsAdministrator)
                && membership.ValidFrom <= now && (membership.ValidUntil == null || membership.ValidUntil > now)
            join account in db.Accounts on membership.AccountId equals account.Id
            select account.UserName!).Distinct().ToListAsync(cancellationToken);
    }

    public async Task EndAsync(Guid organisation, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (at <= now)
        {
            await db.Invitations.Where(i => i.OrganisationId == organisation && i.AcceptedAt == null && i.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.RevokedAt, now), cancellationToken);
            await db.ApiKeys.Where(k => k.OrganisationId == organisation && k.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, now), cancellationToken);
            await db.TrustedClients.Where(c => c.OrganisationId == organisation && c.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.RevokedAt, now), cancellationToken);
        }
        await db.Memberships.Where(m => m.OrganisationId == organisation && (m.ValidUntil == null || m.ValidUntil > at))
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.ValidUntil, at), cancellationToken);
    }

    public async Task ReopenAsync(Guid organisation, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Memberships.Where(m => m.OrganisationId == organisation && m.ValidUntil == endedAt)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.ValidUntil, (DateTimeOffset?)null), cancellationToken);
    }
}
