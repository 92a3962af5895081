using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.CarryOut;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.PayInvoices;

/// <summary>How the clinic wants to pay.</summary>
public enum PayBy
{
    /// <summary>On the payment service's page.</summary>
    CardPage,

    /// <summary>With the card that is kept.</summary>
    KeptCard,

    /// <summary>By transfer to the account that is the clinic's alone.</summary>
    Transfer,
}

/// <summary>A clinic pays invoices of its own. What it asks for is written down first; the payment service is asked after the commit.</summary>
public sealed class PayInvoicesHandler(
    BillingContext db, OpenReceivables open, Bookkeeping books, GatewayAccounts accounts, CurrentUser user, PortalSession session, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(IReadOnlyList<Guid> invoices, PayBy? by, CancellationToken cancellationToken)
    {
        var clinic = user.OrganisationId!.Value;
        if (by is null)
        {
            return Error.OnField("by", "required");
        }
        if (invoices.Count == 0)
        {
            return Error.OnField("invoices", "payment.no-invoice");
        }
        await books.LockAsync(clinic, cancellationToken);
        if (await accounts.FindAsync(cancellationToken) is null)
        {
            return new Error("payment.gateway-off");
        }
        var asked = await open.OfAsync(clinic, [.. invoices.Distinct()], cancellationToken);
        if (asked.Count != invoices.Distinct().Count())
        {
            return Error.NotFound("payment.invoice-not-found");
        }
        var underWay = await open.UnderWayAsync(cancellationToken);
        if (asked.Any(a => a.OpenYen <= 0 || underWay.Contains(a.Invoice.Id)))
        {
            return Error.Conflict("payment.under-way");
        }
        if (await accounts.PayerAsync(clinic, cancellationToken) is not { } payer || (by == PayBy.KeptCard && payer.CardId is null))
        {
            return Error.OnField("by", "payment.no-card");
        }
        var now = clock.GetUtcNow();
        var payment = Payment.Ask(
            payer.TenantId, clinic, payer.ClinicName, by == PayBy.Transfer ? PaymentChannel.GatewayTransfer : PaymentChannel.Card, asked.Sum(a => a.OpenYen),
            [.. asked.OrderBy(a => a.Invoice.DueOn).Select(a => a.Invoice.Id)], by == PayBy.KeptCard, user.Name, now);
        db.Payments.Add(payment);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(CarryOutPayment.Of(payment, now));
        audit.Changed(payment.TenantId, "payment", payment.Id, "asked");
        return payment.Id;
    }

    /// <summary>The clinic thought better of it; what is paid meanwhile stays paid.</summary>
    public async Task<Result<Guid>> CancelAsync(Guid id, CancellationToken cancellationToken)
    {
        var clinic = user.OrganisationId;
        if (await db.Payments.SingleOrDefaultAsync(p => p.Id == id && p.ClinicId == clinic, cancellationToken) is not { } payment)
        {
            return Error.NotFound("payment.not-found");
        }
        if (payment.IsOver || payment.Channel == PaymentChannel.DirectDebit || (payment.GatewayId ?? payment.CheckoutId) is null)
        {
            return Error.Conflict("payment.not-to-cancel");
        }
        session.Enqueue(CancelPayment.Of(payment, clock.GetUtcNow()));
        audit.Changed(payment.TenantId, "payment", id, "cancelled");
        return id;
    }

    /// <summary>Opens a page on which a card is registered.</summary>
    public async Task<Result<Guid>> RegisterCardAsync(CancellationToken cancellationToken)
    {
        if (!user.IsAdministrator)
        {
            return Error.Forbidden("forbidden");
        }
        if (await accounts.FindAsync(cancellationToken) is not { } account || await accounts.PayerAsync(user.OrganisationId!.Value, cancellationToken) is not { } payer)
        {
            return new Error("payment.gateway-off");
        }
        var now = clock.GetUtcNow();
        session.Enqueue(OpenCardSetup.Of(account.TenantId, payer.Id, Guid.CreateVersion7(now), now));
        audit.Changed(payer.TenantId, "payer", payer.Id, "card asked");
        return payer.Id;
    }

    public async Task<Result<Guid>> ArrangeCardAsync(bool forget, bool automatically, CancellationToken cancellationToken)
    {
        var clinic = user.OrganisationId!.Value;
        if (!user.IsAdministrator)
        {
            return Error.Forbidden("forbidden");
        }
        if (await db.Payers.SingleOrDefaultAsync(p => p.Id == clinic, cancellationToken) is not { CardId: not null } payer)
        {
            return Error.Conflict("payment.no-card");
        }
        if (forget)
        {
            payer.ForgetCard();
        }
        else
        {
            payer.PayAutomatically(automatically);
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(payer.TenantId, "payer", payer.Id);
        return clinic;
    }
}
