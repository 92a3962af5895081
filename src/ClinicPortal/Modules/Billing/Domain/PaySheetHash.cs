using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>SHA-256 of all that a sheet says, line by line, so that anybody can see later that it says the same.</summary>
internal static class PaySheetHash
{
    public static byte[] Of(PaySheet sheet, IEnumerable<PayLine> lines, IEnumerable<PaySheetShift> shifts, IEnumerable<PayAdjustment> adjustments)
    {
        var text = new StringBuilder();
        Add("sheet", sheet.TenantId, sheet.PersonId, sheet.PersonName, sheet.Role, sheet.EmployerCode, sheet.Month, sheet.Kind,
            sheet.LinesYen, sheet.AdjustmentsYen, sheet.TaxYen, sheet.DeductionsYen, sheet.TotalYen);
        foreach (var line in lines.OrderBy(l => l.Position))
        {
            Add("line", line.Position, line.Kind, line.Corrects, line.Quantity, line.UnitYen, line.Percent, line.AmountYen);
        }
        foreach (var shift in shifts.OrderBy(s => s.BeganAt).ThenBy(s => s.AttendanceId))
        {
            Add("shift", shift.AttendanceId, shift.Revision, shift.BeganAt.UtcTicks, shift.EndedAt?.UtcTicks, shift.BreakMinutes, shift.WorkedMinutes, shift.DeepNightMinutes,
                shift.OvertimeMinutes, shift.RestDayMinutes, shift.HolidayMinutes, shift.VisitCount);
        }
        foreach (var adjustment in adjustments.OrderBy(a => a.At).ThenBy(a => a.Id))
        {
            Add("adjustment", adjustment.Id, adjustment.IsDeduction, adjustment.AmountYen, adjustment.Reason, adjustment.ById);
        }
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));

        void Add(params ReadOnlySpan<object?> cells)
        {
            foreach (var cell in cells)
            {
                text.Append(cell is DateOnly day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : Convert.ToString(cell, CultureInfo.InvariantCulture)).Append('\t');
            }
            text.Append('\n');
        }
    }
}
