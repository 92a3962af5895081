using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.Dun;

internal sealed record Reminding(Guid Invoice, int Step);

/// <summary>督促: one mail for a step of an invoice. What has been paid meanwhile is not asked for.</summary>
internal sealed class RemindPayer(
    BillingContext db, OpenReceivables open, IOrganisationPeople people, IMailGateway mails, IPortalAddresses addresses, ITenantResolver tenants,
    IStringLocalizer<PaymentText> text, AuditTrail audit, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "billing.remind-payer";

    public static bool IsSlow => true;

    public static WorkItem Of(Receivable invoice, int step, DateTimeOffset now) =>
        WorkItem.For(Kind, new TenantId(invoice.TenantId), new Reminding(invoice.Id, step), $"{Kind}:{invoice.Id}:{step}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (id, step) = item.Read<Reminding>();
        if (await open.OfAsync(null, [id], cancellationToken) is not [{ OpenYen: > 0 } found] || found.Invoice.DunningStopped
            || await db.DunningNotices.AnyAsync(n => n.ReceivableId == id && n.Step >= step, cancellationToken))
        {
            return;
        }
        var (tenant, now) = (tenants.ById(found.Invoice.TenantId)!, clock.GetUtcNow());
        var today = WallClock.Of(now, tenant.Zone).Date;
        var dunning = (await db.PaymentSettings.SingleOrDefaultAsync(cancellationToken))?.Dunning ?? Dunning.Default;
        var interest = dunning.Interest(found.OpenYen, found.Invoice.DueOn, today);
        var (subject, body) = BothLanguages.Of(() => Words(found, step, interest, tenant));
        foreach (var (index, address) in (await people.MailAddressesAsync(found.Invoice.ClinicId, Roles.ClinicStaff, cancellationToken)).Index())
        {
            // Each address has its own id, the same for every attempt.
            var mail = index == 0 ? item.Id : StableId.Of($"{item.Id}", address);
            await mails.SendAsync(new Mail(address, subject, body, mail), cancellationToken);
        }
        db.DunningNotices.Add(new DunningNotice(found.Invoice, step, found.OpenYen, interest, now));
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(found.Invoice.TenantId, "receivable", id, "reminded");
    }

    private (string Subject, string Text) Words(OpenReceivable open, int step, long interest, TenantInfo tenant)
    {
        var (name, bank) = (tenant.Name.ToString(), tenant.Settings.InvoiceIssuer.BankAccount);
        return (
            text["Dunning.Subject", name, open.Invoice.Number],
            text["Dunning.Mail", open.Invoice.ClinicName, open.Invoice.Number, PaymentWords.Yen(open.OpenYen), ScreenDates.Day(open.Invoice.DueOn), name,
                $"{bank.Bank} {bank.Branch} {bank.Kind} {bank.Number} {bank.HolderKana}", addresses.InMails(tenant.Identifier).TrimEnd('/') + "/pay",
                tenant.Settings.PhoneNumbers.PublicNumber, step].Value
            + (interest > 0 ? "\n" + text["Dunning.Interest", PaymentWords.Yen(interest)].Value : ""));
    }
}
