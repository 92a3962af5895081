using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Accounts;

/// <summary>
/// The platform's operator shuts an account, whoever it works for, and opens it again. Every organisation that it works for finds in its history
/// who did so; none of them opens what the operator has shut.
/// </summary>
internal sealed class ShutAccount(IdentityInRequest identity, Sessions sessions, CurrentUser user, TimeProvider clock)
{
    public async Task<Result<Guid>> DisableAsync(Guid id, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        if (await HeldAsync(db, id, cancellationToken) is not { } account)
        {
            return Error.NotFound("not-found");
        }
        if (account.Id == user.Id)
        {
            // So somebody is left who can open it.
            return new Error("staff.disable-me");
        }
        if (account is { DisabledAt: not null, DisabledByOrganisation: null })
        {
            return account.Id;
        }
        var now = clock.GetUtcNow();
        account.Disable(null, now);
        db.Add(new SecurityEvent(account.Id, SecurityEventKind.Disabled, null, null, now));
        await TellAsync(db, account, OrganisationEventKind.AccountDisabled, now, cancellationToken);
        await sessions.EndOfAccountAsync(db, account.Id, cancellationToken);
        // Who is shut out must not come back, under another address, by an invitation sent before.
        await db.Invitations.Where(i => i.InvitedBy == account.Id && i.AcceptedAt == null && i.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.RevokedAt, now), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return account.Id;
    }

    public async Task<Result<Guid>> EnableAsync(Guid id, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        if (await HeldAsync(db, id, cancellationToken) is not { } account)
        {
            return Error.NotFound("not-found");
        }
        if (account.DisabledAt is null)
        {
            return account.Id;
        }
        var now = clock.GetUtcNow();
        account.Enable();
        db.Add(new SecurityEvent(account.Id, SecurityEventKind.Enabled, null, null, now));
        await TellAsync(db, account, OrganisationEventKind.AccountEnabled, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return account.Id;
    }

    /// <summary>A clinic that shuts or opens it in the same moment waits.</summary>
    private static Task<Account?> HeldAsync(IdentityDb db, Guid id, CancellationToken cancellationToken) =>
        db.Accounts.FromSql($"SELECT * FROM identity.account WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancellationToken);

    private async Task TellAsync(IdentityDb db, Account account, OrganisationEventKind kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var memberships = await db.Memberships.AsNoTracking()
            .Where(m => m.AccountId == account.Id && (m.ValidUntil == null || m.ValidUntil > now)).ToListAsync(cancellationToken);
        foreach (var member in memberships.DistinctBy(m => (m.OrganisationKind, m.OrganisationId)))
        {
            db.Add(new OrganisationEvent(
                new Organisation(member.OrganisationKind, member.OrganisationId, member.TenantId), user, kind, member.Id, account.DisplayName, null, now));
        }
    }
}
