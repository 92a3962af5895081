using ClinicPortal.Modules.Billing.Books;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Payees;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ApprovePay;

/// <summary>
/// 承認, by another person than the one who adjusted last. What was worked must still be what the sheet says; from then on the sheet stays, and where the
/// association's clinic is the employer, the books have what it owes.
/// </summary>
public sealed class ApprovePay(
    BillingContext db, PaySheets sheets, IWorkedShifts shifts, IPayees payees, Bookkeeping books, CurrentUser user, PortalSession session, AuditTrail audit,
    ITenantResolver tenants, TimeProvider clock)
{
    /// <param name="seen">Version of the sheet that the approver looked at.</param>
    public async Task<Result<Guid>> OneAsync(Guid id, uint? seen, CancellationToken cancellationToken)
    {
        await sheets.LockAsync(user.TenantId!.Value, cancellationToken);
        if (await db.PaySheets.SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } sheet)
        {
            return Error.NotFound("pay.not-found");
        }
        if (!sheet.IsApproved && seen is { } version && version != sheet.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var refusal = await ApproveAsync(sheet, await WorkedAsync(sheet.Month, cancellationToken), cancellationToken);
        return refusal is null ? id : refusal;
    }

    /// <summary>All of a month that can be approved by this person.</summary>
    /// <returns>The month; refused where there was none, with what stands against the first.</returns>
    public async Task<Result<DateOnly>> AllAsync(string? month, CancellationToken cancellationToken)
    {
        if (PaySheets.Read(month) is not { } first)
        {
            return Error.OnField("month", "pay.no-month");
        }
        await sheets.LockAsync(user.TenantId!.Value, cancellationToken);
        var worked = await WorkedAsync(first, cancellationToken);
        var (approved, refusals) = (0, new List<Error>());
        foreach (var sheet in await db.PaySheets.Where(s => s.Month == first && s.Status == PaySheetStatus.InReview).OrderBy(s => s.PersonName).ToListAsync(cancellationToken))
        {
            if (sheet.IsEmpty)
            {
                continue;
            }
            if (await ApproveAsync(sheet, worked, cancellationToken) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else
            {
                approved++;
            }
        }
        return approved > 0 ? first : refusals.Count > 0 ? refusals[0] : new Error("pay.nothing-to-approve");
    }

    private async Task<Error?> ApproveAsync(PaySheet sheet, ILookup<PaySheetKey, WorkedShift> worked, CancellationToken cancellationToken)
    {
        if (sheet.Refusal(user.Id) is { } refusal)
        {
            return refusal;
        }
        var parts = await sheets.PartsAsync(sheet, cancellationToken);
        var person = new AccountId(sheet.PersonId);
        var terms = (await payees.OfAsync(new TenantId(sheet.TenantId), [person], cancellationToken)).GetValueOrDefault(person);
        if (terms?.KindAs(sheet.Role) is not { } kind)
        {
            return new Error("pay.no-terms", ErrorKind.Invalid, null, sheet.PersonName);
        }
        if (kind != sheet.Kind)
        {
            return Error.Conflict("pay.other-contract", sheet.PersonName);
        }
        if (!parts.Shifts.Select(s => (s.AttendanceId, s.Revision)).ToHashSet().SetEquals(worked[sheet.Key].Select(w => (w.AttendanceId, (long)w.Revision))))
        {
            return Error.Conflict("pay.out-of-date", sheet.PersonName);
        }
        var now = clock.GetUtcNow();
        sheet.Approve(
            user.Id, user.Name, sheet.Kind == PayKind.Contract ? terms.RegistrationNumber : null, PaySheetHash.Of(sheet, parts.Lines, parts.Shifts, parts.Adjustments), now);
        db.Add(sheets.Event(sheet, PayStep.Approved, user.Name, PaymentWords.Yen(sheet.TotalYen)));
        // What another institution pays is in that institution's books.
        if (sheet.EmployerCode == tenants.ById(sheet.TenantId)!.Settings.AssociationClinic.InstitutionCode
            && sheet.BookApproval($"{sheet.Month:yyyy-MM} {sheet.PersonName}", now) is { } entry)
        {
            await books.BookAsync(entry, cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(sheet.TenantId, "pay-sheet", sheet.Id, "approved");
        session.Changed(PaySheets.Topic(sheet.TenantId));
        return null;
    }

    private async Task<ILookup<PaySheetKey, WorkedShift>> WorkedAsync(DateOnly month, CancellationToken cancellationToken) =>
        (await shifts.StartedInAsync(new TenantId(user.TenantId!.Value), month, month.AddMonths(1).AddDays(-1), cancellationToken))
            .ToLookup(w => new PaySheetKey(w.PersonId.Value, w.Role, w.EmployerCode));
}
