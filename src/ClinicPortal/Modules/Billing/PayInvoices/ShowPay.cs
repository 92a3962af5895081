using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.CarryOut;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.PayInvoices;

/// <param name="UnderWay">Invoices that a payment on its way is for.</param>
/// <param name="AdvanceYen">Paid and put against nothing yet.</param>
public sealed record PayModel(
    IReadOnlyList<OpenReceivable> Open, IReadOnlySet<Guid> UnderWay, IReadOnlyList<Payment> Payments, Payer Payer, bool TakesCards, BankAccount Bank, long AdvanceYen,
    DateOnly Today, bool IsAdministrator, FormState Form);

/// <param name="Invoices">What it was for.</param>
public sealed record PayingModel(Payment Payment, IReadOnlyList<OpenReceivable> Invoices, Payer Payer, FormState Form);

/// <summary>お支払い: what the clinic owes and how it can pay.</summary>
public sealed class ShowPay(
    BillingContext db, OpenReceivables open, GatewayAccounts accounts, Bookkeeping books, CurrentUser user, AuditTrail audit, PortalSession session,
    ITenantResolver tenants, TimeProvider clock)
{
    private const int Recent = 12;

    /// <param name="isBack">The clinic comes back from the page on which a card is registered.</param>
    public async Task<PayModel?> HandleAsync(FormState form, bool isBack, CancellationToken cancellationToken)
    {
        var (clinic, tenantId) = (user.OrganisationId!.Value, user.TenantId!.Value);
        if (await accounts.PayerAsync(clinic, cancellationToken) is not { } payer)
        {
            return null;
        }
        if (isBack && payer.SetupCheckoutUrl is not null)
        {
            session.Enqueue(ReadCard.Of(payer, $"{payer.SetupCheckoutId}:{Minute}", clock.GetUtcNow()));
        }
        var payments = await db.Payments.AsNoTracking().Where(p => p.ClinicId == clinic).OrderByDescending(p => p.CreatedAt).Take(Recent).ToListAsync(cancellationToken);
        var invoices = await open.ListAsync(clinic, cancellationToken);
        audit.Listed("receivable", invoices.Select(i => (tenantId, i.Invoice.Id)).Append((tenantId, clinic)));
        return new PayModel(
            invoices, await open.UnderWayAsync(cancellationToken), payments, payer, await accounts.FindAsync(cancellationToken) is not null,
            tenants.ById(tenantId)!.Settings.InvoiceIssuer.BankAccount, await books.AdvanceAsync(clinic, cancellationToken), books.Today(tenantId), user.IsAdministrator, form);
    }

    public async Task<PayingModel?> OneAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        var clinic = user.OrganisationId!.Value;
        if (await db.Payments.SingleOrDefaultAsync(p => p.Id == id && p.ClinicId == clinic, cancellationToken) is not { } payment
            || await accounts.PayerAsync(clinic, cancellationToken) is not { } payer)
        {
            return null;
        }
        if (!payment.IsOver && (payment.CheckoutId ?? payment.GatewayId) is not null)
        {
            // The clinic may have come back from the payment page before the service's message did.
            session.Enqueue(ReadPayment.Of(payment, Minute, clock.GetUtcNow()));
        }
        audit.Opened(payment.TenantId, "payment", payment.Id);
        return new PayingModel(payment, await open.OfAsync(clinic, payment.For, cancellationToken), payer, form);
    }

    /// <summary>Looked at again and again, a payment is asked for every few seconds and not each time.</summary>
    private string Minute => $"{clock.GetUtcNow().ToUnixTimeSeconds() / 5}";
}
