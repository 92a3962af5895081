using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Staff;

/// <summary>
/// Holds an organisation's memberships while one of its administrators changes something: a second administrator waits, and then
/// sees what the first has made of them, perhaps no longer as an administrator.
/// </summary>
internal sealed class StaffUnderChange(IdentityInRequest identity, CurrentUser user, TimeProvider clock)
{
    /// <returns>Null when the caller does not administer the organisation, or does not any more.</returns>
    public async Task<HeldStaff?> HoldAsync(CancellationToken cancellationToken)
    {
        var organisation = Organisation.Of(user);
        var db = await identity.OpenAsync(cancellationToken);
        var memberships = await db.Memberships.FromSql($"""
            SELECT m.*, m.xmin FROM identity.membership m
            WHERE m.organisation_kind = {organisation.Kind.ToString()} AND m.organisation_id = {organisation.Id} ORDER BY m.id FOR UPDATE
            """).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var disabled = await db.Accounts
            .Where(a => a.DisabledAt != null && db.Memberships.Any(m => m.AccountId == a.Id && m.OrganisationKind == organisation.Kind && m.OrganisationId == organisation.Id))
            .Select(a => a.Id).ToListAsync(cancellationToken);
        var own = memberships.Find(m => m.AccountId == user.Id && m.IsAdministrator && m.IsActiveAt(now) && !disabled.Contains(user.Id));
        return own is null ? null : new HeldStaff(db, organisation, own, memberships, disabled, now);
    }
}

/// <param name="Own">The caller's membership as administrator.</param>
/// <param name="Disabled">Accounts of members that nobody signs in to.</param>
internal sealed record HeldStaff(
    IdentityDb Db, Organisation Organisation, Membership Own, IReadOnlyList<Membership> Memberships, IReadOnlyList<Guid> Disabled, DateTimeOffset Now)
{
    /// <summary>A membership of this organisation that is not over; those of others are as unknown as those that never were.</summary>
    public Membership? Find(Guid id) => Memberships.FirstOrDefault(m => m.Id == id && !m.IsOverAt(Now));

    /// <summary>Somebody administers the organisation now and with no end in sight.</summary>
    public bool HasAdministrator => Memberships.Any(m => m.IsAdministrator && m.IsActiveAt(Now) && m.ValidUntil is null && !Disabled.Contains(m.AccountId));

    /// <summary>An account that another organisation relies on is not this one's to shut.</summary>
    public Task<bool> WorksElsewhereAsync(Guid accountId, CancellationToken cancellationToken) => Db.Memberships.AnyAsync(
        m => m.AccountId == accountId && (m.ValidUntil == null || m.ValidUntil > Now)
            && !(m.OrganisationKind == Organisation.Kind && m.OrganisationId == Organisation.Id), cancellationToken);

    /// <summary>An open invitation of this organisation, held until the end of the transaction: it may be accepted at this moment.</summary>
    public async Task<Invitation?> FindInvitationAsync(Guid id, CancellationToken cancellationToken) => await Db.Invitations.FromSql($"""
        SELECT * FROM identity.invitation WHERE id = {id} AND organisation_kind = {Organisation.Kind.ToString()} AND organisation_id = {Organisation.Id}
          AND accepted_at IS NULL AND revoked_at IS NULL FOR UPDATE
        """).SingleOrDefaultAsync(cancellationToken);

    /// <summary>Who loses the right to invite must not come back, under another address, by an invitation sent before.</summary>
    public Task RevokeInvitationsOfAsync(Membership member, CancellationToken cancellationToken) =>
        Db.Invitations.Where(i => i.OrganisationKind == Organisation.Kind && i.OrganisationId == Organisation.Id && i.InvitedBy == member.AccountId
                && i.AcceptedAt == null && i.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.RevokedAt, Now), cancellationToken);
}
