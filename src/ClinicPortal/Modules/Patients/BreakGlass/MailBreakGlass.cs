using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients.BreakGlass;

internal sealed record BrokenGlassNews(Guid Entry);

/// <summary>
/// Tells the patient's clinic at once, wherever its people are, that a record was opened in an emergency: when and by which role. Whose
/// record, by whom and why is read where one signs in.
/// </summary>
internal sealed class MailBreakGlass(
    PatientsDbContext db, IOrganisationPeople people, IMailGateway mails, IPortalAddresses addresses, ITenantResolver tenants,
    IStringLocalizer<PatientsText> text) : IWorkHandler
{
    /// <summary>Where the clinic finds the notice itself.</summary>
    private const string Page = "/inbox";

    public static string Kind => "patients.break-glass";

    public static bool IsSlow => true;

    public static WorkItem Of(BreakGlassEntry entry, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(entry.TenantId), new BrokenGlassNews(entry.Id), $"{Kind}:{entry.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<BrokenGlassNews>().Entry;
        var entry = await db.BrokenGlass.AsNoTracking().SingleAsync(b => b.Id == id, cancellationToken);
        var tenant = tenants.ById(entry.TenantId)!;
        var link = addresses.InMails(tenant.Identifier) + Page;
        var (subject, body) = BothLanguages.Of(() => Words(entry, tenant, link));
        foreach (var address in await people.MailAddressesAsync(entry.ClinicId, Roles.ClinicDoctor, cancellationToken))
        {
            await mails.SendAsync(new Mail(address, subject, body, StableId.Of(Kind, $"{item.Id}", address)), cancellationToken);
        }
    }

    private (string Subject, string Text) Words(BreakGlassEntry entry, TenantInfo tenant, string link)
    {
        return (
            text["BreakGlassMail.Subject", tenant.Name.ToString()],
            text["BreakGlassMail.Text", entry.ClinicName, ScreenDates.NearDayAndTime(entry.OpenedAt, tenant.Zone), text[$"Role.{entry.Role}"].Value,
                ScreenDates.NearDayAndTime(entry.EndsAt, tenant.Zone), link]);
    }
}
