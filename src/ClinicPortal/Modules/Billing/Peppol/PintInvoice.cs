using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Peppol;

/// <summary>
/// Writes an issued invoice as UBL 2.1 by JP PINT 1.x (Peppol, https://docs.peppol.eu/poac/jp/pint-jp/). A correction names what it corrects
/// (BillingReference); what is given back are lines of negative quantity.
/// </summary>
public static class PintInvoice
{
    public const string CustomizationId = "urn:peppol:pint:billing-1@jp-1";
    public const string ProfileId = "urn:peppol:bis:billing";

    /// <summary>Of an issuer of qualified invoices; 480 would be one who is not registered, 389 an invoice that the buyer writes.</summary>
    public const string TypeCode = "380";

    internal static readonly XNamespace Ubl = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
    internal static readonly XNamespace Cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
    internal static readonly XNamespace Cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

    private const string Yen = "JPY";

    private const string CreditTransfer = "30";

    /// <summary>UNCL5305 as JP PINT uses it.</summary>
    public static string CodeOf(TaxCategory category) => category switch
    {
        TaxCategory.Taxable10 => "S",
        TaxCategory.Reduced8 => "AA",
        TaxCategory.Exempt => "E",
        _ => "O",
    };

    public static byte[] Bytes(XElement document)
    {
        var text = new MemoryStream();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            document.Save(writer);
        }
        return text.ToArray();
    }

    /// <param name="buyer">Where the clinic takes it: the rules want one.</param>
    public static XElement Document(InvoiceSheetModel model, PeppolId buyer)
    {
        var invoice = model.Invoice;
        // A late line is of a day before the month: no line may lie outside of the invoice's period.
        var (from, until) = (
            model.Rows.Select(row => row.SuppliedOn).Append(invoice.SupplyFrom).Min(), model.Rows.Select(row => row.SuppliedOn).Append(invoice.SupplyUntil).Max());
        return new XElement(
            Ubl + "Invoice",
            new XAttribute("xmlns", Ubl), new XAttribute(XNamespace.Xmlns + "cac", Cac), new XAttribute(XNamespace.Xmlns + "cbc", Cbc),
            new XElement(Cbc + "CustomizationID", CustomizationId),
            new XElement(Cbc + "ProfileID", ProfileId),
            new XElement(Cbc + "ID", invoice.Number),
            new XElement(Cbc + "IssueDate", Day(invoice.IssuedOn!.Value)),
            invoice.DueOn is { } due ? new XElement(Cbc + "DueDate", Day(due)) : null,
            new XElement(Cbc + "InvoiceTypeCode", TypeCode),
            Note(invoice),
            new XElement(Cbc + "DocumentCurrencyCode", Yen),
            new XElement(Cac + "InvoicePeriod", new XElement(Cbc + "StartDate", Day(from)), new XElement(Cbc + "EndDate", Day(until))),
            model.Original is { } original
                ? new XElement(Cac + "BillingReference", new XElement(
                    Cac + "InvoiceDocumentReference", new XElement(Cbc + "ID", original.Number), new XElement(Cbc + "IssueDate", Day(original.IssuedOn!.Value))))
                : null,
            Supplier(model.Issuer),
            Customer(invoice, buyer),
            invoice.Kind == InvoiceKind.ReturnInvoice ? null : Payment(model.Issuer.BankAccount, invoice.Number!),
            invoice.Kind == InvoiceKind.ReturnInvoice ? null
                : new XElement(Cac + "PaymentTerms", new XElement(Cbc + "Note", $"{model.Issuer.BankAccount.Bank} {model.Issuer.BankAccount.Branch} {model.Issuer.BankAccount.Kind}")),
            Taxes(model),
            Totals(model),
            model.Rows.Select(Line));
    }

    private static XElement? Note(Invoice invoice) =>
        string.Join(" / ", new[] { invoice.Reason, invoice.Note }.OfType<string>()) is { Length: > 0 } note ? new XElement(Cbc + "Note", note) : null;

    private static XElement Supplier(InvoiceIssuer issuer) => new(Cac + "AccountingSupplierParty", new XElement(
        Cac + "Party",
        new XElement(Cbc + "EndpointID", new XAttribute("schemeID", PeppolId.Registration), issuer.RegistrationNumber),
        new XElement(Cac + "PartyName", new XElement(Cbc + "Name", issuer.Name)),
        Address(issuer.Address, issuer.PostalCode),
        new XElement(Cac + "PartyTaxScheme", new XElement(Cbc + "CompanyID", issuer.RegistrationNumber), Scheme()),
        new XElement(
            Cac + "PartyLegalEntity", new XElement(Cbc + "RegistrationName", issuer.Name),
            new XElement(Cbc + "CompanyID", new XAttribute("schemeID", PeppolId.Corporate), issuer.RegistrationNumber[1..])),
        new XElement(Cac + "Contact", new XElement(Cbc + "Telephone", issuer.Phone))));

    private static XElement Customer(Invoice invoice, PeppolId address) => new(Cac + "AccountingCustomerParty", new XElement(
        Cac + "Party",
        new XElement(Cbc + "EndpointID", new XAttribute("schemeID", address.Scheme), address.Identifier),
        new XElement(Cac + "PartyName", new XElement(Cbc + "Name", invoice.ClinicName)),
        Address(invoice.ClinicAddress, null),
        new XElement(Cac + "PartyLegalEntity", new XElement(Cbc + "RegistrationName", invoice.ClinicName))));

    private static XElement Address(string address, string? postalCode) => new(
        Cac + "PostalAddress",
        address.Length > 0 ? new XElement(Cbc + "StreetName", address) : null,
        postalCode is null ? null : new XElement(Cbc + "PostalZone", postalCode),
        new XElement(Cac + "Country", new XElement(Cbc + "IdentificationCode", "JP")));

    private static XElement Payment(BankAccount account, string number) => new(
        Cac + "PaymentMeans",
        new XElement(Cbc + "PaymentMeansCode", CreditTransfer),
        new XElement(Cbc + "PaymentID", number),
        new XElement(Cac + "PayeeFinancialAccount", new XElement(Cbc + "ID", account.Number), new XElement(Cbc + "Name", account.HolderKana)));

    private static XElement Taxes(InvoiceSheetModel model) => new(
        Cac + "TaxTotal", Amount("TaxAmount", model.Invoice.TaxYen),
        model.Totals.Select(total => new XElement(
            Cac + "TaxSubtotal", Amount("TaxableAmount", total.NetYen), Amount("TaxAmount", total.TaxYen), Category("TaxCategory", total.Category))));

    private static XElement Totals(InvoiceSheetModel model)
    {
        var net = model.Totals.Sum(total => total.NetYen);
        return new XElement(
            Cac + "LegalMonetaryTotal", Amount("LineExtensionAmount", net), Amount("TaxExclusiveAmount", net), Amount("TaxInclusiveAmount", model.Invoice.TotalYen),
            Amount("PayableAmount", model.Invoice.TotalYen));
    }

    private static XElement Line(InvoiceRow row) => new(
        Cac + "InvoiceLine",
        new XElement(Cbc + "ID", row.Position),
        // A price is never negative: less is fewer.
        new XElement(Cbc + "InvoicedQuantity", new XAttribute("unitCode", "C62"), row.UnitYen < 0 ? -row.Quantity : row.Quantity),
        Amount("LineExtensionAmount", row.AmountYen),
        new XElement(Cac + "InvoicePeriod", new XElement(Cbc + "StartDate", Day(row.SuppliedOn)), new XElement(Cbc + "EndDate", Day(row.SuppliedOn))),
        row.Reference is null ? null : new XElement(Cac + "DocumentReference", new XElement(Cbc + "ID", row.Reference), new XElement(Cbc + "DocumentTypeCode", "130")),
        new XElement(Cac + "Item", new XElement(Cbc + "Name", row.Description), Category("ClassifiedTaxCategory", row.TaxCategory)),
        new XElement(Cac + "Price", Amount("PriceAmount", Math.Abs(row.UnitYen))));

    private static XElement Category(string name, TaxCategory category) => new(
        Cac + name,
        new XElement(Cbc + "ID", CodeOf(category)),
        // 不課税 has no rate; 非課税 is taxed at none.
        category == TaxCategory.OutsideScope ? null : new XElement(Cbc + "Percent", ConsumptionTax.RateOf(category)),
        Scheme());

    private static XElement Scheme() => new(Cac + "TaxScheme", new XElement(Cbc + "ID", "VAT"));

    private static XElement Amount(string name, long yen) => new(Cbc + name, new XAttribute("currencyID", Yen), yen);

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
