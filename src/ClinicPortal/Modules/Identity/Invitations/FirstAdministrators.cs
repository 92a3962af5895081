using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Invitations;

internal sealed class FirstAdministrators(IdentityInRequest identity, OrganisationLog log, PortalSession session, TimeProvider clock) : IFirstAdministrators
{
    public async Task InviteAsync(NewOrganisation opened, string role, string email, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var organisation = new Organisation(opened.Kind, opened.Id, opened.TenantId);
        if (await IsAdministeredAsync(db, organisation.Id, now, cancellationToken)
            || await db.Invitations.AnyAsync(
                i => i.OrganisationId == organisation.Id && i.IsAdministrator && i.AcceptedAt == null && i.RevokedAt == null && i.ExpiresAt > now, cancellationToken))
        {
            return;
        }
        var address = email.ToUpperInvariant();
        // One that expired unanswered is sent again.
        var invitation = await db.Invitations.SingleOrDefaultAsync(
            i => i.OrganisationId == organisation.Id && i.NormalizedEmail == address && i.AcceptedAt == null && i.RevokedAt == null, cancellationToken);
        if (invitation is { IsAdministrator: true, Sending: < Invitation.MostSendings })
        {
            invitation.SendAgain(now);
            log.Add(db, organisation, OrganisationEventKind.InvitedAgain, invitation.Id, email);
        }
        else if (invitation is null)
        {
            invitation = new Invitation(email, organisation, opened.Name, role, true, CurrentUser.Portal with { Name = opened.InvitedBy }, now);
            db.Add(invitation);
            log.Add(db, organisation, OrganisationEventKind.Invited, invitation.Id, email, role);
        }
        else
        {
            return;
        }
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(SendInvitation.Of(invitation, now));
    }

    public async Task<bool> InviteInsteadAsync(NewOrganisation opened, string role, string email, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        var now = clock.GetUtcNow();
        // Of two who invite at once the second waits, and takes back what the first has sent.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('first administrator ' || {opened.Id}, 0))", cancellationToken);
        // Whoever is accepting at this moment is waited for, and is an administrator then.
        var open = await db.Invitations.FromSql($"""
            SELECT * FROM identity.invitation WHERE organisation_id = {opened.Id} AND administrator AND accepted_at IS NULL AND revoked_at IS NULL FOR UPDATE
            """).ToListAsync(cancellationToken);
        if (await IsAdministeredAsync(db, opened.Id, now, cancellationToken))
        {
            return false;
        }
        foreach (var invitation in open)
        {
            invitation.Revoke(now);
            log.Add(db, invitation.Organisation, OrganisationEventKind.InvitationRevoked, invitation.Id, invitation.Email);
        }
        await db.SaveChangesAsync(cancellationToken);
        await InviteAsync(opened, role, email, cancellationToken);
        return true;
    }

    public async Task<FirstAdministrator> FindAsync(Guid organisationId, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var invited = await db.Invitations.AsNoTracking()
            .Where(i => i.OrganisationId == organisationId && i.IsAdministrator && i.AcceptedAt == null && i.RevokedAt == null && i.ExpiresAt > now)
            .OrderByDescending(i => i.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return new FirstAdministrator(await IsAdministeredAsync(db, organisationId, now, cancellationToken), invited?.Email, invited?.ExpiresAt);
    }

    private static Task<bool> IsAdministeredAsync(IdentityDb db, Guid organisationId, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Memberships.AnyAsync(m => m.OrganisationId == organisationId && m.IsAdministrator && (m.ValidUntil == null || m.ValidUntil > now), cancellationToken);
}
