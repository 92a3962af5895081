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

namespace ClinicPortal.Modules.Billing.CarryOut;

/// <param name="Closed">How it ended; before that, that there is one.</param>
internal sealed record DisputeNews(Guid Dispute, bool Closed);

/// <summary>Tells the secretariat that a payment is disputed, by when it can answer, and how it ended: whoever does not answer has lost.</summary>
internal sealed class TellOfDispute(
    BillingContext db, IOrganisationPeople people, IMailGateway mails, IPortalAddresses addresses, ITenantResolver tenants, IStringLocalizer<PaymentText> text) : IWorkHandler
{
    public static string Kind => "billing.tell-of-dispute";

    public static bool IsSlow => true;

    public static WorkItem Of(Dispute dispute, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(dispute.TenantId), new DisputeNews(dispute.Id, dispute.IsClosed), $"{Kind}:{dispute.Id}:{dispute.IsClosed}", now);

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var news = item.Read<DisputeNews>();
        var dispute = await db.Disputes.AsNoTracking().SingleAsync(d => d.Id == news.Dispute, cancellationToken);
        // What was decided meanwhile is told by itself.
        if (dispute.IsClosed != news.Closed)
        {
            return;
        }
        var payment = await db.Payments.AsNoTracking().SingleAsync(p => p.Id == dispute.PaymentId, cancellationToken);
        var tenant = tenants.ById(dispute.TenantId)!;
        var (subject, body) = BothLanguages.Of(() => Words(dispute, payment, tenant));
        foreach (var address in await people.MailAddressesAsync(tenant.Id, Roles.Secretariat, cancellationToken))
        {
            await mails.SendAsync(new Mail(address, subject, body, StableId.Of(Kind, $"{item.Id}", address)), cancellationToken);
        }
    }

    private (string Subject, string Text) Words(Dispute dispute, Payment payment, TenantInfo tenant)
    {
        var (amount, link) = (PaymentWords.Yen(dispute.AmountYen), $"{addresses.InMails(tenant.Identifier).TrimEnd('/')}/payments/{payment.Id}");
        return dispute.IsClosed
            ? (text["Dispute.ClosedSubject", payment.ClinicName ?? "", text[$"DisputeStatus.{dispute.Status}"].Value],
                text["Dispute.ClosedMail", payment.ClinicName ?? "", amount, text[$"DisputeStatus.{dispute.Status}"].Value, link])
            : (text["Dispute.OpenedSubject", payment.ClinicName ?? ""],
                text["Dispute.OpenedMail", payment.ClinicName ?? "", amount, PaymentWords.Reason(text, dispute.Reason),
                    dispute.RespondBy is { } by ? ScreenDates.NearDayAndTime(by, tenant.Zone) : "—", link]);
    }
}
