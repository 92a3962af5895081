using System.Globalization;
using ClinicPortal.Modules.Billing.ComputePay;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Csv;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.ShowPaySheets;

/// <summary>A month's sheets, or all their lines, for payroll and accounting.</summary>
public sealed class ExportPaySheets(BillingContext db, ShowPaySheets show, PaySheets sheets, CurrentUser user, AuditTrail audit, IStringLocalizer<PayText> text)
{
    public async Task<byte[]> SheetsAsync(string? month, CancellationToken cancellationToken)
    {
        var rows = await OfMonthAsync(month, "csv sheets", cancellationToken);
        return CsvText.File(
        [
            Heading("Month", "Person", "Role", "Kind", "Employer", "EmployerCode", "Status", "Shifts", "Visits", "Worked", "Overtime", "Lines", "Adjustments", "Tax", "Deductions", "Total", "PaidOn"),
            .. rows.Select(s => (IEnumerable<string?>)
            [
                Month(s), s.PersonName, text[$"DutyRole.{s.Role}"], text[$"PayKind.{s.Kind}"], s.EmployerName, s.EmployerCode, text[$"PaySheetStatus.{s.Status}"], Number(s.ShiftCount), Number(s.VisitCount),
                Number(s.WorkedMinutes), Number(s.OvertimeMinutes), Number(s.LinesYen), Number(s.AdjustmentsYen), Number(s.TaxYen), Number(s.DeductionsYen), Number(s.TotalYen),
                s.PaidOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ]),
        ]);
    }

    public async Task<byte[]> LinesAsync(string? month, CancellationToken cancellationToken)
    {
        var rows = await OfMonthAsync(month, "csv lines", cancellationToken);
        var ids = rows.Select(s => s.Id).ToList();
        var lines = (await db.PayLines.AsNoTracking().Where(l => ids.Contains(l.SheetId)).OrderBy(l => l.Position).ToListAsync(cancellationToken)).ToLookup(l => l.SheetId);
        var adjustments = (await db.PayAdjustments.AsNoTracking().Where(a => ids.Contains(a.SheetId)).OrderBy(a => a.At).ToListAsync(cancellationToken)).ToLookup(a => a.SheetId);
        return CsvText.File(
        [
            Heading("Month", "Person", "Role", "Kind", "Employer", "Line", "Minutes", "Pieces", "Unit", "Percent", "Amount"),
            .. rows.SelectMany(s => lines[s.Id].Select(l => Line(s, PayWords.Line(text, l), l.IsTime ? Number(l.Quantity) : "", l.IsTime ? "" : Number(l.Quantity), Number(l.UnitYen),
                    l.IsTime ? Number(l.Percent) : "", l.AmountYen))
                .Concat(adjustments[s.Id].Select(a => Line(s, a.Reason, "", "", "", "", a.AmountYen)))
                .Concat(s.TaxYen == 0 ? [] : [Line(s, text["Csv.Tax"], "", "", "", "", s.TaxYen)])),
        ]);
    }

    private IEnumerable<string?> Line(PaySheet sheet, string what, string minutes, string pieces, string unit, string percent, long yen) =>
    [
        Month(sheet), sheet.PersonName, text[$"DutyRole.{sheet.Role}"], text[$"PayKind.{sheet.Kind}"], sheet.EmployerName, what, minutes, pieces, unit, percent, Number(yen),
    ];

    private async Task<IReadOnlyList<PaySheet>> OfMonthAsync(string? month, string what, CancellationToken cancellationToken)
    {
        var rows = await show.OfMonthAsync(sheets.MonthOf(month, user.TenantId!.Value), cancellationToken);
        audit.Exported("pay-sheet", rows.Select(s => (s.TenantId, s.Id)), what);
        return rows;
    }

    private IEnumerable<string?> Heading(params string[] names) => names.Select(name => text[$"Csv.{name}"].Value);

    private static string Month(PaySheet sheet) => sheet.Month.ToString(PaySheets.MonthFormat, CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
