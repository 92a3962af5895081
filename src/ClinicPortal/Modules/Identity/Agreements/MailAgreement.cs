using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Identity.Agreements;

/// <summary>Why the administrators of both sides are written to.</summary>
public enum AgreementOccasion
{
    Drafted,
    Signed,
    Revoked,
    EndsIn30Days,
    EndsIn7Days,
}

internal sealed record AgreementNews(Guid Agreement, AgreementOccasion Occasion);

/// <summary>Tells the administrators of both sides what has become, or will become, of an agreement.</summary>
internal sealed class MailAgreement(
    IdentityDb db, PortalSession session, IMailGateway mails, HostAddresses addresses, ITenantResolver tenants, IStringLocalizer<IdentityText> text,
    TimeProvider clock) : IWorkHandler
{
    private static readonly TimeOnly Morning = new(9, 0);

    public static string Kind => "identity.agreement";

    public static bool IsSlow => true;

    public static WorkItem Of(Guid tenantId, Guid agreement, AgreementOccasion occasion, DateTimeOffset now, DateTimeOffset? dueAt = null) => WorkItem.For(
        Kind, new TenantId(tenantId), new AgreementNews(agreement, occasion), $"{Kind}:{agreement}:{occasion}{(occasion == AgreementOccasion.Signed ? $":{now:O}" : "")}",
        now, dueAt);

    /// <summary>The news itself, and the reminders before the end as far as they are still to come.</summary>
    public static IEnumerable<WorkItem> AfterSigning(Agreement agreement, TimeZoneInfo zone, DateTimeOffset now)
    {
        yield return Of(agreement.TenantId, agreement.Id, AgreementOccasion.Signed, now);
        foreach (var (occasion, days) in new[] { (AgreementOccasion.EndsIn30Days, 30), (AgreementOccasion.EndsIn7Days, 7) })
        {
            var due = WallClock.At(agreement.ValidUntil!.Value.AddDays(-days), Morning, zone).ToUniversalTime();
            if (due > now)
            {
                yield return Of(agreement.TenantId, agreement.Id, occasion, now, due);
            }
        }
    }

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (id, occasion) = item.Read<AgreementNews>();
        var tenant = tenants.ById(item.Tenant!.Value.Value);
        var agreement = (await AgreementRows.ReadAsync(await session.ConnectionAsync(cancellationToken), item.Tenant.Value.Value, id, cancellationToken)).Single();
        if (tenant is null || tenants.DeskById(agreement.DeskId) is not { } desk || !IsStillTrue(agreement, occasion, tenant.Zone))
        {
            return;
        }
        var now = clock.GetUtcNow();
        var recipients = await (
            from membership in db.Memberships
            where membership.IsAdministrator && membership.ValidFrom <= now && (membership.ValidUntil == null || membership.ValidUntil > now)
                && ((membership.OrganisationKind == OrganisationKind.Association && membership.OrganisationId == tenant.Id)
                    || (membership.OrganisationKind == OrganisationKind.Desk && membership.OrganisationId == desk.Id))
            join account in db.Accounts on membership.AccountId equals account.Id
            select new { account.Id, Email = account.UserName!, membership.OrganisationKind }).Distinct().ToListAsync(cancellationToken);
        foreach (var recipient in recipients)
        {
            var host = recipient.OrganisationKind == OrganisationKind.Desk ? desk.Identifier : tenant.Identifier;
            var link = $"{addresses.InMails(host)}{AgreementEndpoints.Path}/{id}";
            var (subject, body) = BothLanguages.Of(() => Words(occasion, agreement, tenant, desk, link));
            await mails.SendAsync(new Mail(recipient.Email, subject, body, StableId.Of(Kind, $"{item.Id}", $"{recipient.Id}")), cancellationToken);
        }
    }

    /// <summary>A reminder was written long before it is due.</summary>
    private bool IsStillTrue(Agreement agreement, AgreementOccasion occasion, TimeZoneInfo zone) =>
        occasion is not (AgreementOccasion.EndsIn30Days or AgreementOccasion.EndsIn7Days)
        || agreement.StateAt(clock.GetUtcNow(), zone) is AgreementState.InForce or AgreementState.Upcoming;

    private (string Subject, string Text) Words(AgreementOccasion occasion, Agreement agreement, TenantInfo tenant, DeskInfo desk, string link)
    {
        var from = ScreenDates.Day(agreement.ValidFrom);
        var until = agreement.ValidUntil is { } day ? ScreenDates.Day(day) : text["Staff.NoEnd"].Value;
        return (
            text[$"AgreementOccasion.{occasion}"],
            text["AgreementMail.Text", text[$"AgreementOccasion.{occasion}"].Value, tenant.Name.ToString(), desk.Settings.Name.ToString(), from, until, link]);
    }
}
