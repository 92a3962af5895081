using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Calendar;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Billing.ListInvoiceLines;

/// <summary>What a line says that it charges for.</summary>
public sealed class LineWords(IStringLocalizer<BillingText> texts)
{
    public string Of(InvoiceLine line) => Of(line.Kind, line.FeeClass, line.CoversFrom, line.CoversUntil, line.Reason);

    public string Of(InvoiceLineKind kind, FeeClass? feeClass, DateOnly? from, DateOnly? until, string? reason) => kind switch
    {
        InvoiceLineKind.Visit => texts["Line.Visit", texts[$"FeeClass.{feeClass}"].Value],
        InvoiceLineKind.MonthlyBase => texts["Line.MonthlyBase", ScreenDates.ShortDay(from!.Value), ScreenDates.ShortDay(until!.Value)],
        InvoiceLineKind.Discount => texts["Line.Discount", reason!],
        InvoiceLineKind.Adjustment => texts["Line.Adjustment", texts[$"Adjustment.{reason}"].Value],
        _ => texts[$"Line.{kind}"],
    };
}
