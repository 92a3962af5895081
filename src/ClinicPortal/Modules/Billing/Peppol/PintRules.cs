using System.Globalization;
using System.Xml.Linq;
using ClinicPortal.Shared.Money;
using static ClinicPortal.Modules.Billing.Peppol.PintInvoice;

namespace ClinicPortal.Modules.Billing.Peppol;

/// <param name="Rule">Its identifier in the published rules of PINT and of its Japanese alignment; of one of our own, <c>own-…</c>.</param>
public sealed record PintFinding(string Rule, string Text);

/// <summary>
/// The published rules (JP PINT 1.1.3) that concern what this portal writes: those of PINT (ibr-…) and those of Japan (aligned-…), and four of our own for what
/// they leave open. Not here: allowances and charges, cards, direct debit and tax representatives, which are never written, and code lists of which one code is used.
/// </summary>
public static class PintRules
{
    private static readonly string[] Categories = ["S", "AA", "E", "G", "O"];

    /// <param name="invoice">The document's root.</param>
    public static IReadOnlyList<PintFinding> Check(XElement invoice) =>
    [
        .. Document(invoice).Concat(Parties(invoice)).Concat(Payment(invoice)).Concat(Totals(invoice)).Concat(Taxes(invoice)).Concat(Lines(invoice))
            .Where(rule => !rule.Holds).Select(rule => new PintFinding(rule.Id, rule.Text)),
    ];

    private static IEnumerable<(string Id, bool Holds, string Text)> Document(XElement invoice)
    {
        var periods = invoice.Descendants(Cac + "InvoicePeriod").ToList();
        yield return ("aligned-ibrp-001-jp", Text(invoice, "CustomizationID").StartsWith(CustomizationId, StringComparison.Ordinal), "Specification identifier");
        yield return ("aligned-ibrp-002-jp", Text(invoice, "ProfileID") == ProfileId, "Business process");
        yield return ("ibr-002", Text(invoice, "ID").Length > 0, "An invoice has a number");
        yield return ("ibr-003", Text(invoice, "IssueDate").Length > 0, "An invoice has a date of issue");
        yield return ("ibr-073", invoice.Descendants().Where(e => e.Name.LocalName is "IssueDate" or "DueDate" or "StartDate" or "EndDate").All(e => IsDay(e.Value)), "Dates are written YYYY-MM-DD");
        yield return ("aligned-ibrp-cl-02-jp", Text(invoice, "InvoiceTypeCode") == PintInvoice.TypeCode, "The type code is 380");
        yield return ("ibr-005", Text(invoice, "DocumentCurrencyCode").Length == 3, "Currency code");
        yield return ("ibr-126", invoice.Descendants().Attributes("currencyID").All(a => a.Value == Text(invoice, "DocumentCurrencyCode")), "All amounts are in the invoice's currency");
        yield return ("aligned-ibr-jp-05", Text(invoice, "TaxCurrencyCode") is "" or "JPY", "Tax accounting currency is JPY where there is one");
        yield return ("aligned-ibrp-052", periods.Count > 0, "An invoice has an invoice period, or its lines have");
        yield return ("ibr-097", invoice.Elements(Cac + "InvoicePeriod").Count() <= 1, "One invoice period");
        yield return ("ibr-029", periods.All(p => string.CompareOrdinal(Text(p, "StartDate"), Text(p, "EndDate")) <= 0), "A period ends after it begins");
        yield return ("ibr-016", invoice.Elements(Cac + "InvoiceLine").Any(), "An invoice has a line");
        yield return ("ibr-055", invoice.Elements(Cac + "BillingReference").All(r => Text(r.Element(Cac + "InvoiceDocumentReference"), "ID").Length > 0), "A preceding invoice is named by its number");
        yield return ("ibr-sr-51", invoice.Elements(Cbc + "Note").Count() <= 1, "One note");
        yield return ("ibr-079", invoice.Descendants().All(e => e.HasElements || !string.IsNullOrWhiteSpace(e.Value)), "Nothing is empty");
    }

    private static IEnumerable<(string Id, bool Holds, string Text)> Parties(XElement invoice)
    {
        var (seller, buyer) = (Party(invoice, "AccountingSupplierParty"), Party(invoice, "AccountingCustomerParty"));
        var numbers = seller?.Elements(Cac + "PartyTaxScheme").Where(s => Text(s.Element(Cac + "TaxScheme"), "ID") == "VAT").Select(s => Text(s, "CompanyID")).ToList() ?? [];
        yield return ("ibr-006", Text(seller?.Element(Cac + "PartyLegalEntity"), "RegistrationName").Length > 0, "The seller has a name");
        yield return ("ibr-007", Text(buyer?.Element(Cac + "PartyLegalEntity"), "RegistrationName").Length > 0, "The buyer has a name");
        yield return ("ibr-009", Country(seller) == "JP", "The seller's address has a country");
        yield return ("ibr-011", Country(buyer).Length == 2, "The buyer's address has a country");
        yield return ("ibr-081", Text(seller, "EndpointID").Length > 0, "The seller has an electronic address");
        yield return ("ibr-080", Text(buyer, "EndpointID").Length > 0, "The buyer has an electronic address");
        yield return ("ibr-062", Scheme(seller).Length > 0, "The seller's electronic address has a scheme");
        yield return ("ibr-063", Scheme(buyer).Length > 0, "The buyer's electronic address has a scheme");
        yield return ("aligned-ibr-jp-04", numbers.Count > 0, "An invoice has the seller's tax identifier");
        yield return ("aligned-ibrp-009", numbers.Count <= 1, "The seller's tax identifier occurs once");
        yield return ("aligned-ibr-jp-01", numbers.All(n => n is ['T', .. { Length: 13 } digits] && digits.All(char.IsAsciiDigit)), "From October 2023 it is the registration number for qualified invoices: T and 13 digits");
        yield return ("own-registration-number", numbers.All(n => RegistrationNumber.TryParse(n, out _)), "The registration number's check digit");
    }

    private static IEnumerable<(string Id, bool Holds, string Text)> Payment(XElement invoice)
    {
        var means = invoice.Elements(Cac + "PaymentMeans").ToList();
        yield return ("aligned-ibrp-049", means.All(m => Text(m, "PaymentMeansCode").Length > 0), "A payment instruction says its means");
        yield return ("aligned-ibrp-016", means.SelectMany(m => m.Elements(Cac + "PayeeFinancialAccount")).All(a => Text(a, "ID").Length > 0), "A credit transfer names its account");
        yield return ("aligned-ibrp-014", means.Select(m => Text(m, "PaymentID")).Distinct().Count() <= 1, "One remittance information");
        yield return ("ibr-sr-05", invoice.Elements(Cac + "PaymentTerms").Elements(Cbc + "Note").Count() <= 1, "Payment terms occur once");
    }

    private static IEnumerable<(string Id, bool Holds, string Text)> Totals(XElement invoice)
    {
        var totals = invoice.Element(Cac + "LegalMonetaryTotal");
        var lines = invoice.Elements(Cac + "InvoiceLine").Sum(l => Number(l, "LineExtensionAmount"));
        var tax = Number(invoice.Element(Cac + "TaxTotal"), "TaxAmount");
        yield return ("ibr-co-10", Number(totals, "LineExtensionAmount") == lines, "Sum of the lines' net amounts");
        yield return ("ibr-co-13", Number(totals, "TaxExclusiveAmount") == lines, "Total without tax: lines, without allowances and charges");
        yield return ("ibr-co-14", tax == Subtotals(invoice).Sum(s => Number(s, "TaxAmount")), "Total tax is the sum of the tax breakdown");
        yield return ("ibr-co-15", Number(totals, "TaxInclusiveAmount") == Number(totals, "TaxExclusiveAmount") + tax, "Total with tax");
        yield return ("ibr-co-16", Number(totals, "PayableAmount") == Number(totals, "TaxInclusiveAmount"), "Amount due: nothing prepaid, nothing rounded");
        yield return ("aligned-ibrp-053-jp", invoice.Elements(Cac + "TaxTotal").Count() <= 1, "One total tax amount");
        yield return ("aligned-ibr-jp-06", invoice.Descendants().Where(e => (string?)e.Attribute("currencyID") == "JPY").All(e => !e.Value.Contains('.', StringComparison.Ordinal)), "Yen have no decimals");
    }

    private static IEnumerable<(string Id, bool Holds, string Text)> Taxes(XElement invoice)
    {
        foreach (var subtotal in Subtotals(invoice))
        {
            var category = subtotal.Element(Cac + "TaxCategory");
            var (code, percent) = (Text(category, "ID"), Text(category, "Percent"));
            var (net, tax) = (Number(subtotal, "TaxableAmount"), Number(subtotal, "TaxAmount"));
            var exact = percent.Length == 0 ? 0 : net * decimal.Parse(percent, CultureInfo.InvariantCulture) / 100;
            yield return ("aligned-ibrp-045", subtotal.Element(Cbc + "TaxableAmount") is not null, "A breakdown has a taxable amount");
            yield return ("aligned-ibrp-046", subtotal.Element(Cbc + "TaxAmount") is not null, "A breakdown has a tax amount");
            yield return ("aligned-ibrp-047", code.Length > 0 && Text(category?.Element(Cac + "TaxScheme"), "ID") == "VAT", "A breakdown has a category");
            yield return ("aligned-ibrp-cl-01-jp", Categories.Contains(code), "Categories are S, AA, E, G and O");
            yield return ("aligned-ibrp-048", code == "O" || percent.Length > 0, "A breakdown has a rate, except outside the scope");
            yield return ("aligned-ibrp-051-jp", code == "O" ? percent.Length == 0 && tax == 0 : tax >= decimal.Floor(exact) && tax <= decimal.Ceiling(exact),
                "Tax is the taxable amount by the rate, rounded to an integer between floor and ceiling");
            var charged = invoice.Elements(Cac + "InvoiceLine").Where(l => Of(l) == (code, percent)).Sum(l => Number(l, "LineExtensionAmount"));
            yield return ("own-taxable-amount", charged == net, "The taxable amount is the sum of its lines");
        }
    }

    private static IEnumerable<(string Id, bool Holds, string Text)> Lines(XElement invoice)
    {
        var groups = Subtotals(invoice).Select(s => s.Element(Cac + "TaxCategory")).Select(c => (Text(c, "ID"), Text(c, "Percent"))).ToList();
        var period = invoice.Element(Cac + "InvoicePeriod");
        foreach (var code in new[] { "E", "G", "O" })
        {
            var used = invoice.Elements(Cac + "InvoiceLine").Any(l => Of(l).Code == code);
            yield return ($"aligned-ibrp-{code.ToLowerInvariant()}-01", groups.Count(g => g.Item1 == code) == (used ? 1 : 0), "One breakdown for a category that lines have");
        }
        foreach (var line in invoice.Elements(Cac + "InvoiceLine"))
        {
            var (code, percent) = Of(line);
            var (price, own) = (Number(line.Element(Cac + "Price"), "PriceAmount"), line.Element(Cac + "InvoicePeriod"));
            yield return ("ibr-021", Text(line, "ID").Length > 0, "A line has an identifier");
            yield return ("ibr-023", line.Element(Cbc + "InvoicedQuantity") is { } quantity && (string?)quantity.Attribute("unitCode") is { Length: > 0 }, "A line has a quantity in a unit");
            yield return ("ibr-024", line.Element(Cbc + "LineExtensionAmount") is not null, "A line has a net amount");
            yield return ("ibr-025", Text(line.Element(Cac + "Item"), "Name").Length > 0, "A line names what was supplied");
            yield return ("ibr-027", price >= 0, "A price is not negative");
            yield return ("ibr-085", own is null || string.CompareOrdinal(Text(period, "StartDate"), Text(own, "StartDate")) <= 0, "A line's period begins within the invoice's");
            yield return ("ibr-086", own is null || string.CompareOrdinal(Text(own, "EndDate"), Text(period, "EndDate")) <= 0, "A line's period ends within the invoice's");
            yield return ("aligned-ibrp-050-jp", code.Length > 0 && (code == "O" || percent.Length > 0), "A line has a category and a rate");
            yield return ("aligned-ibrp-o-05", code != "O" || percent.Length == 0, "A line outside the scope has no rate");
            yield return ("aligned-ibrp-e-05", code is not ("E" or "G") || percent == "0", "Exempt lines have the rate 0");
            yield return ("own-line-amount", Number(line, "InvoicedQuantity") * price == Number(line, "LineExtensionAmount"), "Net amount is quantity by price");
            yield return ("own-breakdown", groups.Contains((code, percent)), "A line's category and rate are in the breakdown");
        }
    }

    private static IEnumerable<XElement> Subtotals(XElement invoice) => invoice.Elements(Cac + "TaxTotal").Elements(Cac + "TaxSubtotal");

    private static (string Code, string Percent) Of(XElement line) =>
        line.Element(Cac + "Item")?.Element(Cac + "ClassifiedTaxCategory") is var category ? (Text(category, "ID"), Text(category, "Percent")) : default;

    private static XElement? Party(XElement invoice, string role) => invoice.Element(Cac + role)?.Element(Cac + "Party");

    private static string Scheme(XElement? party) => (string?)party?.Element(Cbc + "EndpointID")?.Attribute("schemeID") ?? "";

    private static string Country(XElement? party) => Text(party?.Element(Cac + "PostalAddress")?.Element(Cac + "Country"), "IdentificationCode");

    private static string Text(XElement? parent, string name) => parent?.Element(Cbc + name)?.Value ?? "";

    private static decimal Number(XElement? parent, string name) =>
        decimal.TryParse(Text(parent, name), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static bool IsDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
