using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Coverage.Watch;

/// <param name="Ends">The last night that is told of: when it has moved, the alarm is not true any more.</param>
internal sealed record CoverExpiry(Guid Subscription, DateOnly Ends, bool Trial);

/// <summary>Thirty days and a week before cover ends, and a week before a trial does, clinic and secretariat are told by mail; on the screen they see it all along.</summary>
internal sealed class ExpiryAlarm(
    CoverageDbContext db, IMemberClinics clinics, IOrganisationPeople people, IPortalAddresses addresses, IMailGateway mails, ITenantResolver tenants,
    IStringLocalizer<CoverageText> text) : IWorkHandler
{
    private static readonly TimeOnly Morning = new(9, 0);

    public static string Kind => "coverage.expiry-alarm";

    public static bool IsSlow => true;

    public static IEnumerable<WorkItem> Before(TenantInfo tenant, CoverSubscription version, DateTimeOffset now)
    {
        IEnumerable<(DateOnly? Ends, bool Trial, int Days)> alarms = [(version.EndsOn, false, 30), (version.EndsOn, false, 7), (version.TrialUntil, true, 7)];
        foreach (var (ends, trial, days) in alarms)
        {
            if (ends is { } last && WallClock.At(last.AddDays(-days), Morning, tenant.Zone).ToUniversalTime() is var due && due > now)
            {
                yield return WorkItem.For(
                    Kind, new TenantId(tenant.Id), new CoverExpiry(version.Id, last, trial), $"{Kind}:{version.Id}:{last:yyyy-MM-dd}:{trial}:{days}", now, due);
            }
        }
    }

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<CoverExpiry>();
        var version = await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == news.Subscription, cancellationToken);
        if (version is null || (news.Trial ? version.TrialUntil : version.EndsOn) != news.Ends
            || await clinics.FindAsync(new ClinicId(version.ClinicId), cancellationToken) is not { } clinic)
        {
            return;
        }
        var tenant = tenants.ById(version.TenantId)!;
        var plan = tenant.Document.Prices.KeptSince(version.PriceFrom).PlanNamed(version.Plan)?.Name;
        foreach (var (organisation, role, path) in new[] { (version.ClinicId, Roles.ClinicDoctor, "/cover"), (tenant.Id, Roles.Secretariat, $"/subscriptions/{version.ClinicId}") })
        {
            var (subject, body) = BothLanguages.Of(Words);
            foreach (var address in await people.MailAddressesAsync(organisation, role, cancellationToken))
            {
                await mails.SendAsync(new Mail(address, subject, body, StableId.Of(Kind, $"{item.Id}", address)), cancellationToken);
            }

            (string Subject, string Text) Words()
            {
                var kind = news.Trial ? "Trial" : "End";
                return (
                    text[$"Expiry.{kind}.Subject", clinic.Name],
                    text[$"Expiry.{kind}.Text", clinic.Name, plan?.ToString() ?? version.Plan, ScreenDates.Day(news.Ends), $"{addresses.InMails(tenant.Identifier)}{path}"]);
            }
        }
    }
}
