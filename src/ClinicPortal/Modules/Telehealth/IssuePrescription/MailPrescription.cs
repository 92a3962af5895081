using System.Globalization;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth.IssuePrescription;

/// <summary>The notice's id; everything else is read when the mail is sent.</summary>
internal sealed record PrescriptionNews(Guid Notice);

/// <summary>Tells a pharmacy that a prescription waits for it. The patient is not named: whose it is, the clinic says by phone or FAX.</summary>
internal sealed class MailPrescription(
    TelehealthContext db, IMailGateway mails, ITenantResolver tenants, IStringLocalizer<CareText> text, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "telehealth.prescription-mail";

    public static bool IsSlow => true;

    public static WorkItem For(PrescriptionNotice notice, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(notice.TenantId), new PrescriptionNews(notice.Id), $"{Kind}:{notice.Id}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<PrescriptionNews>().Notice;
        var notice = await db.Notices.SingleAsync(n => n.Id == id, cancellationToken);
        var pharmacy = await db.Pharmacies.AsNoTracking().SingleAsync(p => p.TenantId == notice.TenantId && p.Id == notice.PharmacyId, cancellationToken);
        if (notice.SentAt is not null || pharmacy.Email is not { } address)
        {
            return;
        }
        var prescription = await db.Prescriptions.AsNoTracking().SingleAsync(p => p.TenantId == notice.TenantId && p.Id == notice.PrescriptionId, cancellationToken);
        var tenant = tenants.ById(notice.TenantId)!;
        // Pharmacies here read Japanese, whoever asked for the mail.
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ja-JP");
        await mails.SendAsync(
            new Mail(
                address, text["PrescriptionMail.Subject", tenant.Name.ToString()],
                text["PrescriptionMail.Text", pharmacy.Name, prescription.Content.InstitutionName, notice.SealedAddress.Value, tenant.Settings.PhoneNumbers.PublicNumber], id),
            cancellationToken);
        notice.Sent(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
