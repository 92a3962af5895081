using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Payees;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.ShowPaySheets;

/// <param name="HasTerms">Somebody has entered how the person is paid.</param>
public sealed record PaySheetRow(PaySheet Sheet, bool HasTerms, bool HasAccount);

public sealed record PaySheetList(DateOnly Month, IReadOnlyList<PaySheetRow> Rows, PayRun? Run, bool HasRates, Guid UserId, TenantInfo Tenant, FormState Form)
{
    public int Approvable => Rows.Count(r => r.HasTerms && r.Sheet.Status == PaySheetStatus.InReview && r.Sheet.AdjustedById != UserId && r.Sheet.TotalYen >= 0);

    public bool IsWorking => Run is { FinishedAt: null };
}

/// <param name="YearMinutes">Of a doctor's salaried overtime from April to this month, of all employers within the association.</param>
public sealed record PayOvertime(int YearMinutes, int LimitHours)
{
    public bool IsOver => YearMinutes > LimitHours * 60;

    /// <summary>Four fifths are used up.</summary>
    public bool IsNear => YearMinutes * 5 >= LimitHours * 60 * 4;
}

public sealed record PaySheetModel(
    PaySheet Sheet, PaySheetParts Parts, IReadOnlyList<PayEvent> Events, PayOvertime? Overtime, PayeeTerms? Terms, TenantInfo Tenant, Guid UserId, FormState Form)
{
    /// <summary>What stands against approval by this person.</summary>
    public string? Refusal => Sheet.Refusal(UserId)?.Code;

    /// <summary>The sheet still says what it said when it was approved.</summary>
    public bool IsAsApproved => Sheet.Sha256 is { } sha256 && sha256.AsSpan().SequenceEqual(PaySheetHash.Of(Sheet, Parts.Lines, Parts.Shifts, Parts.Adjustments));
}

/// <summary>報酬明細 of a month, and one of them.</summary>
public sealed class ShowPaySheets(BillingContext db, PaySheets sheets, IPayees payees, CurrentUser user, AuditTrail audit, ITenantResolver tenants)
{
    private const int FiscalYearBegins = 4;

    public async Task<PaySheetList> ListAsync(string? month, FormState form, bool refresh, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var first = sheets.MonthOf(month, tenant.Id);
        var rows = await OfMonthAsync(first, cancellationToken);
        var terms = await payees.OfAsync(new TenantId(tenant.Id), [.. rows.Select(s => new AccountId(s.PersonId)).Distinct()], cancellationToken);
        audit.Listed("pay-sheet", rows.Select(s => (s.TenantId, s.Id)), refresh);
        return new PaySheetList(
            first, [.. rows.Select(s => Row(s, terms.GetValueOrDefault(new AccountId(s.PersonId))))],
            await db.PayRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Month == first, cancellationToken), tenant.Document.Pay is not null, user.Id, tenant, form);
    }

    /// <summary>Doctors first, by name; without those that have become empty.</summary>
    public async Task<IReadOnlyList<PaySheet>> OfMonthAsync(DateOnly month, CancellationToken cancellationToken) =>
        [.. (await db.PaySheets.AsNoTracking().Where(s => s.Month == month).OrderBy(s => s.Role).ThenBy(s => s.PersonName).ThenBy(s => s.EmployerName).ToListAsync(cancellationToken))
            .Where(s => !s.IsEmpty)];

    /// <param name="own">Only the caller's own, and only once it is approved.</param>
    public async Task<PaySheetModel?> OneAsync(Guid id, bool own, string? detail, FormState form, CancellationToken cancellationToken)
    {
        if (await db.PaySheets.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } sheet || own && (sheet.PersonId != user.Id || !sheet.IsApproved))
        {
            return null;
        }
        var tenant = tenants.ById(sheet.TenantId)!;
        var person = new AccountId(sheet.PersonId);
        audit.Opened(sheet.TenantId, "pay-sheet", id, detail: detail);
        return new PaySheetModel(
            sheet, await sheets.PartsAsync(sheet, cancellationToken),
            await db.PayEvents.AsNoTracking().Where(e => e.SheetId == id).OrderBy(e => e.At).ThenBy(e => e.Id).ToListAsync(cancellationToken),
            await OvertimeAsync(sheet, tenant, cancellationToken),
            (await payees.OfAsync(new TenantId(sheet.TenantId), [person], cancellationToken)).GetValueOrDefault(person), tenant, user.Id, form);
    }

    private async Task<PayOvertime?> OvertimeAsync(PaySheet sheet, TenantInfo tenant, CancellationToken cancellationToken)
    {
        if (sheet.Role != DutyRole.Doctor || sheet.Kind != PayKind.Salary || (sheet.Tables.LastOrDefault() ?? tenant.Document.Pay?.On(sheet.Month)) is not { } table)
        {
            return null;
        }
        var begins = new DateOnly(sheet.Month.Month < FiscalYearBegins ? sheet.Month.Year - 1 : sheet.Month.Year, FiscalYearBegins, 1);
        var minutes = await db.PaySheets
            .Where(s => s.TenantId == sheet.TenantId && s.PersonId == sheet.PersonId && s.Role == DutyRole.Doctor && s.Kind == PayKind.Salary && s.Month >= begins && s.Month <= sheet.Month)
            .SumAsync(s => s.OvertimeMinutes, cancellationToken);
        return new PayOvertime(minutes, table.Limits.YearlyOvertimeHours);
    }

    private static PaySheetRow Row(PaySheet sheet, PayeeTerms? terms) => new(sheet, terms?.KindAs(sheet.Role) is not null, terms?.Account is not null);
}
