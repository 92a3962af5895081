using System.Globalization;

namespace ClinicPortal.Modules.Billing.ListInvoices;

/// <summary>Amounts as screens of invoices write them.</summary>
internal static class InvoiceView
{
    public static string Yen(long yen) => string.Create(CultureInfo.InvariantCulture, $"{(yen < 0 ? "−" : "")}¥{Math.Abs(yen):N0}");
}
