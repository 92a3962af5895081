using System.Globalization;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.StoreInvoice;

/// <summary>Sends the clinic its invoice as PDF. No patient is named in it; case numbers are.</summary>
internal sealed class MailInvoice(
    BillingContext db, IMemberClinics clinics, IMailGateway mails, IPortalAddresses addresses, ITenantResolver tenants, IStringLocalizer<InvoiceText> texts,
    TimeProvider clock) : IWorkHandler
{
    public static string Kind => "billing.mail-invoice";

    public static bool IsSlow => true;

    public static WorkItem For(Guid tenant, Guid invoice, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(tenant), new InvoiceNews(invoice), $"{Kind}:{invoice}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<InvoiceNews>().Invoice;
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(i => i.Id == id, cancellationToken);
        if (invoice.Status == InvoiceStatus.Void || await db.InvoiceEvents.AnyAsync(
            e => e.TenantId == invoice.TenantId && e.InvoiceId == id && (e.What == InvoiceStep.Mailed || e.What == InvoiceStep.NoAddress), cancellationToken))
        {
            return;
        }
        var address = (await clinics.FindAsync(new ClinicId(invoice.ClinicId), cancellationToken))?.Email;
        if (address is not null)
        {
            var pdf = await db.InvoiceDocuments.Where(d => d.TenantId == invoice.TenantId && d.InvoiceId == id && d.Format == InvoiceFormat.Pdf)
                .Select(d => d.Content).SingleAsync(cancellationToken);
            CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ja-JP");
            var tenant = tenants.ById(invoice.TenantId)!;
            var kind = texts[$"Kind.{invoice.Kind}"].Value;
            await mails.SendAsync(
                new Mail(
                    address, texts["Mail.Subject", kind, invoice.Number!, tenant.Name.ToString()],
                    texts[
                        $"Mail.Text.{invoice.Kind}", invoice.ClinicName, tenant.Name.ToString(), kind, invoice.Number!, Yen(invoice.TotalYen),
                        invoice.DueOn is { } due ? ScreenDates.Day(due) : "", $"{addresses.InMails(tenant.Identifier)}/invoices/{id}",
                        tenant.Settings.PhoneNumbers.PublicNumber], id)
                { Files = [new MailFile($"{invoice.Number}.pdf", "application/pdf", pdf)] },
                cancellationToken);
        }
        db.Add(InvoiceEvent.Of(invoice.TenantId, id, address is null ? InvoiceStep.NoAddress : InvoiceStep.Mailed, CurrentUser.Portal.Name, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
    }

    private static string Yen(long yen) => yen.ToString("N0", CultureInfo.InvariantCulture);
}
