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
        if (await db.Memberships.AnyAsync(
                m => m.OrganisationId == organisation.Id && m.IsAdministrator && (m.ValidUntil == null || m.ValidUntil > now), cancellationToken)
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
}
