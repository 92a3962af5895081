using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ApprovePay;

/// <param name="IsDeduction">控除; its amount is written without a sign.</param>
public sealed record AdjustPayInput(bool IsDeduction, long? AmountYen, string? Reason);

/// <summary>調整 of a sheet that is not approved yet. Nothing is taken away again: another adjustment puts it right.</summary>
public sealed class AdjustPay(BillingContext db, PaySheets sheets, CurrentUser user, PortalSession session, AuditTrail audit, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, AdjustPayInput input, CancellationToken cancellationToken)
    {
        await sheets.LockAsync(user.TenantId!.Value, cancellationToken);
        if (await db.PaySheets.SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } sheet)
        {
            return Error.NotFound("pay.not-found");
        }
        if (sheet.IsApproved)
        {
            return Error.Conflict("pay.approved");
        }
        if (input.AmountYen is not { } yen || yen == 0 || Math.Abs(yen) > PayAdjustment.MaxYen || input.IsDeduction && yen < 0)
        {
            return Error.OnField("amount", input.IsDeduction ? "pay.deduction-amount" : "pay.amount");
        }
        if (input.Reason is not { } reason || reason.Length > PayAdjustment.MaxReason)
        {
            return input.Reason is null ? Error.OnField("reason", "required") : Error.OnField("reason", "too-long", PayAdjustment.MaxReason);
        }
        var now = clock.GetUtcNow();
        var adjustment = new PayAdjustment(sheet.TenantId, Guid.CreateVersion7(now), id, input.IsDeduction, input.IsDeduction ? -yen : yen, reason, user.Id, user.Name, now);
        sheet.Adjust(adjustment, [.. await db.PayAdjustments.Where(a => a.SheetId == id).ToListAsync(cancellationToken), adjustment]);
        db.Add(adjustment);
        db.Add(sheets.Event(sheet, PayStep.Adjusted, user.Name, PaymentWords.Yen(adjustment.AmountYen)));
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(sheet.TenantId, "pay-sheet", id, "adjusted");
        session.Changed(PaySheets.Topic(sheet.TenantId));
        return id;
    }
}
