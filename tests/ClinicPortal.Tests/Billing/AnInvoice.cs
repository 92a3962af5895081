using System.Reflection;
using System.Runtime.CompilerServices;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Peppol;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

/// <summary>Issued invoices with the lines of a test.</summary>
internal static class AnInvoice
{
    public static InvoiceIssuer Issuer { get; } = new()
    {
        Name = "一般社団法人世田谷区医師会", RegistrationNumber = "T6999999900011", PostalCode = "154-0017", Address = "東京都世田谷区世田谷四丁目99番1号", Phone = "03-5555-0100",
        BankAccount = new BankAccount { Bank = "見本銀行", Branch = "世田谷支店", Kind = "普通", Number = "1000011", HolderKana = "セタガヤクイシカイ" },
    };

    public static PeppolId Buyer { get; } = PeppolId.Parse("0188:7010001008844");

    public static InvoiceRow Row(int position, TaxCategory category, int quantity, int unitYen) => new(
        position, Guid.NewGuid(), new DateOnly(2026, 11, 3), "往診(夜間)", "SG-261103-001", quantity, unitYen, quantity * unitYen, category);

    public static InvoiceSheetModel Of(IReadOnlyList<InvoiceRow> rows, TaxRounding rounding, InvoiceKind kind = InvoiceKind.Invoice, Invoice? original = null)
    {
        var start = (Invoice)RuntimeHelpers.GetUninitializedObject(typeof(Invoice));
        Set(start, nameof(Invoice.ClinicName), "経堂こもれび在宅クリニック");
        Set(start, nameof(Invoice.ClinicAddress), "東京都世田谷区経堂一丁目1番1号");
        Set(start, nameof(Invoice.TaxRounding), rounding);
        Set(start, nameof(Invoice.SupplyFrom), new DateOnly(2026, 11, 1));
        Set(start, nameof(Invoice.SupplyUntil), new DateOnly(2026, 11, 30));
        Set(start, nameof(Invoice.Month), new DateOnly(2026, 11, 1));
        var now = new DateTimeOffset(2026, 12, 2, 0, 0, 0, TimeSpan.Zero);
        var invoice = Invoice.Correct(start, kind, [.. rows.Select(row => (row.TaxCategory, (long)row.AmountYen))], "見本", Guid.NewGuid(), now);
        invoice.Issue(Issuer, "SG", 2026, original is null ? 1 : 2, new DateOnly(2026, 12, 2), kind == InvoiceKind.ReturnInvoice ? null : new DateOnly(2027, 1, 4), "事務局", now);
        return new InvoiceSheetModel(invoice, Issuer, rows, original);
    }

    private static void Set(Invoice invoice, string property, object value) =>
        typeof(Invoice).GetProperty(property, BindingFlags.Public | BindingFlags.Instance)!.SetValue(invoice, value);
}
