using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>Finds, opens and ends the sessions of browsers.</summary>
internal sealed class Sessions(IDbContextFactory<IdentityDb> contexts, IOptions<IdleLockOptions> idle, TimeProvider clock) : ISessionDirectory
{
    private static readonly TimeSpan NoteActiveEvery = TimeSpan.FromMinutes(1);
    /// <summary>A visit with the way there, and no phone that was left behind.</summary>
    private static readonly TimeSpan AwakeFor = TimeSpan.FromHours(4);

    private static readonly TimeSpan NoteSeenEvery = TimeSpan.FromMinutes(5);

    private readonly ShortMemory<SignedIn> recent = new(clock);

    /// <param name="host">Identifier of the host that the cookie came to.</param>
    public async Task<SignedIn?> FindAsync(string token, string host, CancellationToken cancellationToken)
    {
        var sha256 = Secret.Sha256(token);
        var key = Convert.ToHexString(sha256);
        var found = recent.Find(key) ?? await LookUpAsync(sha256, key, cancellationToken);
        return found?.Host == host ? found : null;
    }

    /// <summary>Opens the session of the sign-in host.</summary>
    /// <param name="onlyTenantId">See <see cref="Session.OnlyTenantId"/>.</param>
    public async Task<(SignedIn SignedIn, string Token)> SignInAsync(Account account, Guid? onlyTenantId, string? userAgent, CancellationToken cancellationToken)
    {
        var token = Secret.New();
        var session = Session.SignIn(Secret.Sha256(token), account.Id, onlyTenantId, userAgent, clock.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        return (new SignedIn(account.Id, account.DisplayName, session.Id, session.SignInId, session.Host, session.ProvedAt, session.ActiveAt, false, null, onlyTenantId), token);
    }

    /// <summary>Opens the session of an association's or desk's host; null when the sign-in is over.</summary>
    public async Task<string?> ContinueAsync(HandoverCode handover, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var signIn = await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == handover.SignInId, cancellationToken);
        if (!signIn.IsLiveAt(now) || signIn.IsLockedAt(now, idle.Value)
            || (signIn.OnlyTenantId is { } only && !await db.Memberships.AnyAsync(m => m.Id == handover.MembershipId && m.TenantId == only, cancellationToken)))
        {
            return null;
        }
        var token = Secret.New();
        db.Sessions.Add(signIn.At(handover.TargetHost, Secret.Sha256(token), handover.MembershipId, now));
        await db.SaveChangesAsync(cancellationToken);
        var role = await db.Memberships.Where(m => m.Id == handover.MembershipId).Select(m => m.Role).SingleAsync(cancellationToken);
        var place = idle.Value.Stricter(signIn.WorkPlace, IdleLockOptions.PlaceOf(role));
        await db.Sessions.Where(s => s.Id == handover.SignInId)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.WorkPlace, place).SetProperty(s => s.ActiveAt, now), cancellationToken);
        recent.Forget(s => s.SignInId == handover.SignInId);
        return token;
    }

    /// <summary>Ends the sign-in with all sessions that descend from it: at once on this node, within seconds on the others.</summary>
    public async Task EndAsync(Guid signInId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.SignInId == signInId && s.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), cancellationToken);
        recent.Forget(s => s.SignInId == signInId);
    }

    /// <summary>The person of a sign-in has proved again who they are; the token from before is worth nothing any more.</summary>
    /// <returns>The new token.</returns>
    public async Task<string> ProveAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        var (now, token) = (clock.GetUtcNow(), Secret.New());
        var sha256 = Secret.Sha256(token);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.Id == signedIn.SignInId)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Sha256, sha256).SetProperty(s => s.ProvedAt, now), cancellationToken);
        recent.Forget(s => s.SignInId == signedIn.SignInId);
        return token;
    }

    /// <summary>The person does something: the desk is not idle.</summary>
    public async Task NoteActiveAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (signedIn.ActiveAt > now - NoteActiveEvery)
        {
            return;
        }
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.Id == signedIn.SignInId).ExecuteUpdateAsync(set => set.SetProperty(s => s.ActiveAt, now), cancellationToken);
        recent.Forget(s => s.SignInId == signedIn.SignInId);
    }

    /// <summary>While their hands are full nothing is locked; once they are not, the time without anybody at it begins.</summary>
    public async Task NoteHandsAsync(SignedIn signedIn, bool full, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (full ? signedIn.AwakeUntil > now + (AwakeFor / 2) : signedIn.AwakeUntil is null)
        {
            return;
        }
        DateTimeOffset? until = full ? now + AwakeFor : null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.Id == signedIn.SignInId).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.AwakeUntil, until).SetProperty(s => s.ActiveAt, now), cancellationToken);
        recent.Forget(s => s.SignInId == signedIn.SignInId);
    }

    /// <summary>Locks a sign-in on all of its hosts: at once on this node, within seconds on the others.</summary>
    public async Task LockAsync(Guid signInId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.Id == signInId && s.LockedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.LockedAt, now), cancellationToken);
        recent.Forget(s => s.SignInId == signInId);
    }

    /// <summary>The person has proved again who they are.</summary>
    public async Task UnlockAsync(Guid signInId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.Id == signInId).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.LockedAt, (DateTimeOffset?)null).SetProperty(s => s.ActiveAt, now), cancellationToken);
    }

    /// <summary>Ends a sign-in of that account; one of another account is none.</summary>
    public async Task<bool> EndOwnAsync(Guid accountId, Guid signInId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Sessions.AnyAsync(s => s.Id == signInId && s.SignInId == signInId && s.AccountId == accountId, cancellationToken))
        {
            return false;
        }
        await EndAsync(signInId, cancellationToken);
        return true;
    }

    /// <summary>Ends all sign-ins of an account, or all others.</summary>
    public async Task EndAllAsync(Guid accountId, Guid? except, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.AccountId == accountId && s.SignInId != except && s.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), cancellationToken);
        recent.Forget(s => s.AccountId == accountId && s.SignInId != except);
    }

    /// <summary>Ends the sessions under a membership, whose rights have changed; the caller's transaction commits it.</summary>
    public async Task EndOfMembershipAsync(IdentityDb db, Guid membershipId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ended = db.Sessions.Where(s => s.MembershipId == membershipId && s.EndedAt == null);
        var ids = await ended.Select(s => s.Id).ToListAsync(cancellationToken);
        await ended.ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), cancellationToken);
        recent.Forget(s => ids.Contains(s.SessionId));
    }

    /// <summary>Ends all sessions of an account that is being disabled; the caller's transaction commits it.</summary>
    public async Task EndOfAccountAsync(IdentityDb db, Guid accountId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await db.Sessions.Where(s => s.AccountId == accountId && s.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.EndedAt, now), cancellationToken);
        recent.Forget(s => s.AccountId == accountId);
    }

    public async Task<IReadOnlySet<Guid>> LiveAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from session in db.Sessions
            join signIn in db.Sessions on session.SignInId equals signIn.Id
            join account in db.Accounts on session.AccountId equals account.Id
            join membership in db.Memberships on session.MembershipId equals membership.Id
            where sessions.Contains(session.Id) && account.DisabledAt == null && session.EndedAt == null && signIn.EndedAt == null && session.ExpiresAt > now
                && membership.ValidFrom <= now && (membership.ValidUntil == null || membership.ValidUntil > now)
            select session.Id).ToHashSetAsync(cancellationToken);
    }

    private async Task<SignedIn?> LookUpAsync(byte[] sha256, string key, CancellationToken cancellationToken)
    {
        var (now, mark) = (clock.GetUtcNow(), recent.Mark);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await (
            from session in db.Sessions
            // A hand-over that was under way while its sign-in ended leaves a session that must not outlive it.
            join signIn in db.Sessions on session.SignInId equals signIn.Id
            join account in db.Accounts on session.AccountId equals account.Id
            join membership in db.Memberships on session.MembershipId equals membership.Id into memberships
            from membership in memberships.DefaultIfEmpty()
            where session.Sha256 == sha256 && account.DisabledAt == null && session.EndedAt == null && signIn.EndedAt == null && session.ExpiresAt > now
            select new { Session = session, SignIn = signIn, account.DisplayName, Membership = membership }).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (row is null || row.Membership?.IsActiveAt(now) == false)
        {
            return null;
        }
        var isLocked = row.SignIn.IsLockedAt(now, idle.Value);
        var signedIn = new SignedIn(
            row.Session.AccountId, row.DisplayName, row.Session.Id, row.Session.SignInId, row.Session.Host, row.Session.ProvedAt, row.SignIn.ActiveAt, isLocked, row.Membership is null ? null : new CurrentUser(
                row.Session.AccountId, row.DisplayName, row.Membership.Role, row.Membership.OrganisationKind, row.Membership.OrganisationId,
                row.Session.Id, row.Membership.TenantId)
            {
                OrganisationName = row.Membership.OrganisationName, IsAdministrator = row.Membership.IsAdministrator,
            }, row.Session.OnlyTenantId)
        { MembershipId = row.Membership?.Id, AwakeUntil = row.SignIn.AwakeUntil };
        if (isLocked)
        {
            // Not kept, so that it opens everywhere in the moment in which it is unlocked.
            return signedIn;
        }
        recent.Keep(key, signedIn, row.Membership?.ValidUntil is { } until && until < row.Session.ExpiresAt ? until : row.Session.ExpiresAt, mark);
        if (row.Session.LastSeenAt < now - NoteSeenEvery)
        {
            await db.Sessions.Where(s => s.Sha256 == sha256).ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, now), cancellationToken);
        }
        return signedIn;
    }
}
