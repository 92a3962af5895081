using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Identity.Invitations;

internal sealed record InvitationMail(Guid Invitation, int Sending);

/// <summary>Writes the mail of an invitation, with the link that opens it.</summary>
internal sealed class SendInvitation(
    IdentityDb db, InvitationLinks links, IMailGateway mails, HostAddresses addresses, ITenantResolver tenants, IStringLocalizer<IdentityText> text,
    TimeProvider clock) : IWorkHandler
{
    public static string Kind => "identity.invitation";

    public static bool IsSlow => true;

    public static WorkItem Of(Invitation invitation, DateTimeOffset now) => WorkItem.For(
        Kind, null, new InvitationMail(invitation.Id, invitation.Sending), $"{Kind}:{invitation.Id}:{invitation.Sending}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (id, sending) = item.Read<InvitationMail>();
        var invitation = await db.Invitations.AsNoTracking().SingleAsync(i => i.Id == id, cancellationToken);
        if (invitation.Sending != sending || !invitation.IsOpenAt(clock.GetUtcNow()))
        {
            return;
        }
        var link = $"{addresses.InMails("")}/invitation/{links.CodeOf(invitation)}";
        var (place, zone) = PlaceOf(invitation);
        var (subject, body) = BothLanguages.Of(() => Words(invitation, place, zone, link));
        await mails.SendAsync(new Mail(invitation.Email, subject, body, StableId.Of(Kind, $"{id}", $"{sending}")), cancellationToken);
    }

    private (string Subject, string Text) Words(Invitation invitation, Shared.Tenancy.Settings.LocalizedText place, TimeZoneInfo zone, string link)
    {
        var role = text[$"Role.{invitation.Role}"].Value;
        var until = ScreenDates.NearDayAndTime(invitation.ExpiresAt, zone);
        return (
            text["InvitationMail.Subject", place.ToString()],
            text["InvitationMail.Text", invitation.InvitedByName, invitation.OrganisationName, place.ToString(), role, link, until]);
    }

    private (Shared.Tenancy.Settings.LocalizedText Place, TimeZoneInfo Zone) PlaceOf(Invitation invitation) =>
        invitation.TenantId is { } id && tenants.ById(id) is { } tenant ? (tenant.Name, tenant.Zone)
        : tenants.DeskById(invitation.OrganisationId) is { } desk ? (desk.Settings.Name, desk.Zone)
        : throw new InvalidOperationException("The invitation leads to a place that is not there any more.");
}
