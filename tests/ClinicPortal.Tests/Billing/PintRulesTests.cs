using System.Xml.Linq;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Peppol;
using ClinicPortal.Modules.Billing.ShowInvoice;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

public sealed class PintRulesTests
{
    private static readonly TaxCategory[] Categories = Enum.GetValues<TaxCategory>();

    [Fact]
    public void MixedInvoices_OfAnyLinesAndRounding_KeepEveryRule()
    {
        var random = new Random(380);
        foreach (var rounding in Enum.GetValues<TaxRounding>())
        {
            for (var i = 0; i < 100; i++)
            {
                var rows = Enumerable.Range(1, random.Next(1, 30)).Select(position => AnInvoice.Row(position, Categories[random.Next(4)], random.Next(1, 4), random.Next(-500, 40_000))).ToList();
                Assert.Empty(PintRules.Check(PintInvoice.Document(AnInvoice.Of(rows, rounding), AnInvoice.Buyer)));
            }
        }
    }

    /// <summary>What each rule is for: a document that breaks it is found by it.</summary>
    [Theory]
    [InlineData("aligned-ibrp-001-jp", "CustomizationID", "urn:cen.eu:en16931:2017")]
    [InlineData("aligned-ibrp-002-jp", "ProfileID", "other")]
    [InlineData("ibr-073", "IssueDate", "2.12.2026")]
    [InlineData("aligned-ibrp-cl-02-jp", "InvoiceTypeCode", "381")]
    [InlineData("aligned-ibr-jp-01", "CompanyID", "1234567890123")]
    [InlineData("own-registration-number", "CompanyID", "T1234567890123")]
    [InlineData("aligned-ibr-jp-06", "TaxAmount", "1800.0")]
    [InlineData("aligned-ibrp-051-jp", "TaxAmount", "1900")]
    [InlineData("ibr-co-13", "TaxExclusiveAmount", "1")]
    [InlineData("ibr-co-16", "PayableAmount", "1")]
    [InlineData("ibr-co-15", "TaxInclusiveAmount", "1")]
    [InlineData("aligned-ibrp-048", "Percent", "")]
    [InlineData("ibr-027", "PriceAmount", "-18000")]
    [InlineData("ibr-006", "RegistrationName", "")]
    [InlineData("ibr-079", "StreetName", "")]
    [InlineData("ibr-080", "EndpointID", "")]
    public void BrokenDocument_IsFoundByItsRule(string rule, string element, string value)
    {
        var document = PintInvoice.Document(AnInvoice.Of([AnInvoice.Row(1, TaxCategory.Taxable10, 1, 18_000)], TaxRounding.Down), AnInvoice.Buyer);
        foreach (var found in document.Descendants(XName.Get(element, "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2")))
        {
            found.Value = value;
        }

        Assert.Contains(rule, PintRules.Check(document).Select(finding => finding.Rule));
    }

    [Fact]
    public void Categories_AreThoseOfJpPint_AndOutsideTheScopeHasNoRate()
    {
        var document = PintInvoice.Document(AnInvoice.Of([.. Categories.Select((category, index) => AnInvoice.Row(index + 1, category, 1, 1_000))], TaxRounding.Down), AnInvoice.Buyer);

        Assert.Equal(
            ["S 10", "AA 8", "E 0", "O "],
            document.Descendants().Where(e => e.Name.LocalName == "TaxCategory").Select(c =>
                $"{c.Elements().First().Value} {c.Elements().FirstOrDefault(e => e.Name.LocalName == "Percent")?.Value}"));
    }

    /// <summary>A line that came late is of the month before.</summary>
    [Fact]
    public void Period_HoldsAllLines()
    {
        var late = AnInvoice.Row(1, TaxCategory.Taxable10, 1, 18_000) with { SuppliedOn = new DateOnly(2026, 10, 30) };
        var document = PintInvoice.Document(AnInvoice.Of([late], TaxRounding.Down), AnInvoice.Buyer);

        Assert.Empty(PintRules.Check(document));
        Assert.Equal("2026-10-30", document.Descendants().First(e => e.Name.LocalName == "StartDate").Value);
        document.Descendants().First(e => e.Name.LocalName == "StartDate").Value = "2026-11-01";
        document.Descendants().First(e => e.Name.LocalName == "EndDate").Value = "2026-10-29";
        Assert.Superset(new HashSet<string> { "ibr-085", "ibr-086" }, PintRules.Check(document).Select(finding => finding.Rule).ToHashSet());
    }

    [Theory]
    [InlineData("0188:7010001008844", true)]
    [InlineData("0221:T7010001008844", true)]
    [InlineData("0088:4569951110016", true)]
    [InlineData("0188:7010001008845", false)]
    [InlineData("0221:7010001008844", false)]
    [InlineData("9999:1", false)]
    [InlineData("0088:", false)]
    [InlineData("7010001008844", false)]
    public void PeppolId_IsASchemeAndItsIdentifier(string written, bool isOne) => Assert.Equal(isOne, PeppolId.TryParse(written, null, out _));

    [Fact]
    public void Correction_NamesWhatItCorrects()
    {
        var original = AnInvoice.Of([AnInvoice.Row(1, TaxCategory.Taxable10, 1, 18_000)], TaxRounding.Down).Invoice;
        var document = PintInvoice.Document(AnInvoice.Of([AnInvoice.Row(1, TaxCategory.Taxable10, 1, -5_000)], TaxRounding.Down, InvoiceKind.ReturnInvoice, original), AnInvoice.Buyer);

        Assert.Empty(PintRules.Check(document));
        Assert.Equal(original.Number, document.Descendants().Single(e => e.Name.LocalName == "InvoiceDocumentReference").Elements().First().Value);
        Assert.Equal(("-1", "5000"), (
            document.Descendants().Single(e => e.Name.LocalName == "InvoicedQuantity").Value, document.Descendants().Single(e => e.Name.LocalName == "PriceAmount").Value));
    }
}
