using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.CarryOut;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;
using ClinicPortal.Modules.Billing.ImportTransfers;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.SettlePayments;

/// <param name="Clinic">Whose money it is; of no meaning where that is known.</param>
/// <param name="Invoices">Which it pays.</param>
/// <param name="FeeTakenOff">手数料差引: what is missing by a bank's fee is written off.</param>
public sealed record SettleInput(Guid? Clinic, IReadOnlyList<Guid> Invoices, bool FeeTakenOff);

/// <summary>消込: a person says whose money it is and what it pays. What is left stays with the clinic.</summary>
public sealed class SettlePayment(
    BillingContext db, OpenReceivables open, Bookkeeping books, GatewayAccounts accounts, CurrentUser user, PortalSession session, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, SettleInput input, CancellationToken cancellationToken)
    {
        if (await open.LeftOfAsync(id, cancellationToken) is not { } found || found.Payment.Status != PaymentStatus.Succeeded)
        {
            return Error.NotFound("payment.not-found");
        }
        var payment = found.Payment;
        if ((payment.ClinicId ?? input.Clinic) is not { } clinic)
        {
            return Error.OnField("clinic", "required");
        }
        await books.LockAsync(clinic, cancellationToken);
        if (payment.ClinicId is null && await AssignAsync(payment, clinic, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        var invoices = await open.OfAsync(clinic, input.Invoices, cancellationToken);
        if (invoices.Count != input.Invoices.Distinct().Count())
        {
            return Error.NotFound("payment.invoice-not-found");
        }
        // Read again: what was left may have been used before the lock was ours.
        var left = (await open.LeftOfAsync(id, cancellationToken))!.LeftYen;
        var missing = invoices.Sum(i => i.OpenYen) - left;
        if (input.FeeTakenOff && missing is <= 0 or > MatchTransfers.HighestFeeYen)
        {
            return Error.OnField("fee", "payment.no-fee", MatchTransfers.HighestFeeYen);
        }
        await books.AllocateAsync(payment, [.. invoices.OrderBy(i => i.Invoice.DueOn)], left, cancellationToken);
        if (input.FeeTakenOff)
        {
            await books.WriteOffAsync(invoices.MaxBy(i => i.Invoice.DueOn)!.Invoice, WriteOffKind.TransferFee, missing, "", cancellationToken);
        }
        audit.Changed(payment.TenantId, "payment", id, "settled");
        return id;
    }

    public async Task<Result<Guid>> TakeBackAsync(Guid id, Guid? chosen, CancellationToken cancellationToken)
    {
        if (chosen is not { } allocation)
        {
            return await db.Payments.AnyAsync(p => p.Id == id, cancellationToken) ? new Error("required") : Error.NotFound("payment.not-found");
        }
        if (await db.Allocations.SingleOrDefaultAsync(a => a.Id == allocation && a.PaymentId == id, cancellationToken) is not { AmountYen: > 0 } found)
        {
            return Error.NotFound("payment.not-found");
        }
        await books.LockAsync(found.ClinicId, cancellationToken);
        if (await db.Allocations.AnyAsync(a => a.Reverses == allocation, cancellationToken))
        {
            return Error.Conflict("payment.taken-back");
        }
        var number = await db.Receivables.Where(r => r.Id == found.ReceivableId).Select(r => r.Number).SingleAsync(cancellationToken);
        await books.TakeBackAsync(found, number, cancellationToken);
        audit.Changed(found.TenantId, "payment", found.PaymentId, "taken back");
        return found.PaymentId;
    }

    /// <summary>返金 of what is left of a payment. By the payment service where it came from there; a transfer is made by the secretariat itself and noted here.</summary>
    public async Task<Result<Guid>> RefundAsync(Guid id, long? yen, string? reason, CancellationToken cancellationToken)
    {
        if (await open.LeftOfAsync(id, cancellationToken) is not { Payment: { ClinicId: { } clinic } payment })
        {
            return Error.NotFound("payment.not-found");
        }
        await books.LockAsync(clinic, cancellationToken);
        var left = (await open.LeftOfAsync(id, cancellationToken))!.LeftYen;
        if (yen is not { } amount || amount <= 0 || amount > left)
        {
            return Error.OnField("amount", "payment.not-that-much", PaymentWords.Yen(left));
        }
        if (reason is null or { Length: > WriteOff.MaxReason })
        {
            return reason is null ? Error.OnField("reason", "required") : Error.OnField("reason", "too-long", WriteOff.MaxReason);
        }
        var now = clock.GetUtcNow();
        var refund = Refund.Ask(payment, amount, reason, user.Name, now);
        db.Refunds.Add(refund);
        await db.SaveChangesAsync(cancellationToken);
        if (payment.GatewayId is not null)
        {
            session.Enqueue(CarryOutRefund.Of(refund, now));
        }
        else
        {
            refund.Follow(null, RefundStatus.Succeeded, null);
            await books.RefundedAsync(refund, payment, cancellationToken);
        }
        audit.Changed(payment.TenantId, "payment", id, "refunded");
        return id;
    }

    public async Task<Result<Guid>> WriteOffAsync(Guid invoice, WriteOffKind? kind, long? yen, string? reason, CancellationToken cancellationToken)
    {
        if (await open.OfAsync(null, [invoice], cancellationToken) is not [var found])
        {
            return Error.NotFound("payment.invoice-not-found");
        }
        await books.LockAsync(found.Invoice.ClinicId, cancellationToken);
        found = (await open.OfAsync(null, [invoice], cancellationToken))[0];
        if (kind is null)
        {
            return Error.OnField("kind", "required");
        }
        if (yen is not { } amount || amount <= 0 || amount > found.OpenYen)
        {
            return Error.OnField("amount", "payment.not-that-much", PaymentWords.Yen(found.OpenYen));
        }
        if (reason is null or { Length: > WriteOff.MaxReason })
        {
            return reason is null ? Error.OnField("reason", "required") : Error.OnField("reason", "too-long", WriteOff.MaxReason);
        }
        await books.WriteOffAsync(found.Invoice, kind.Value, amount, reason, cancellationToken);
        audit.Changed(found.Invoice.TenantId, "receivable", invoice, "written off");
        return found.Invoice.ClinicId;
    }

    public async Task<Result<Guid>> StopDunningAsync(Guid invoice, bool stopped, CancellationToken cancellationToken)
    {
        if (await db.Receivables.SingleOrDefaultAsync(r => r.Id == invoice, cancellationToken) is not { } found)
        {
            return Error.NotFound("payment.invoice-not-found");
        }
        found.StopDunning(stopped);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(found.TenantId, "receivable", invoice);
        return found.ClinicId;
    }

    private async Task<Error?> AssignAsync(Payment payment, Guid clinic, CancellationToken cancellationToken)
    {
        if (await accounts.PayerAsync(clinic, cancellationToken) is not { } payer)
        {
            return Error.NotFound("payment.clinic-not-found");
        }
        if (payment.Assign(clinic, payer.ClinicName) is { } refusal)
        {
            return refusal;
        }
        if (payment.SealedPayer is { Value: { } name })
        {
            payer.Know(MatchTransfers.NameOf(name));
        }
        await books.BookAsync(payment.BookAssignment(books.Today(payment.TenantId), clock.GetUtcNow()), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }
}
