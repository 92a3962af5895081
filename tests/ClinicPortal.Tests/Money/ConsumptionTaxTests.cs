using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Money;

public sealed class ConsumptionTaxTests
{
    private static readonly TaxCategory[] Categories = Enum.GetValues<TaxCategory>();

    public static TheoryData<TaxRounding> Roundings => [.. Enum.GetValues<TaxRounding>()];

    [Theory]
    [InlineData(TaxRounding.Down, 1_005, 100)]
    [InlineData(TaxRounding.Up, 1_005, 101)]
    [InlineData(TaxRounding.Half, 1_005, 101)]
    [InlineData(TaxRounding.Half, 1_004, 100)]
    [InlineData(TaxRounding.Up, 1_001, 101)]
    [InlineData(TaxRounding.Down, -1_005, -100)]
    [InlineData(TaxRounding.Up, -1_001, -101)]
    public void Fraction_IsRoundedAsConfigured(TaxRounding rounding, long net, long tax) =>
        Assert.Equal(tax, ConsumptionTax.On(net, TaxCategory.Taxable10, rounding));

    [Fact]
    public void Rounding_IsOncePerRate_NotPerLine() =>
        // Three lines of ¥105 bear ¥31.5 together, and ¥10 each.
        Assert.Equal([new TaxTotal(TaxCategory.Taxable10, 315, 31)], ConsumptionTax.Totals(Enumerable.Repeat((TaxCategory.Taxable10, 105L), 3), TaxRounding.Down));

    [Fact]
    public void MixedLines_AreOneTotalEach_AndTwoOfThemBearNoTax() => Assert.Equal(
        [
            new TaxTotal(TaxCategory.Taxable10, 18_000, 1_800), new TaxTotal(TaxCategory.Reduced8, 1_080, 86),
            new TaxTotal(TaxCategory.Exempt, 500, 0), new TaxTotal(TaxCategory.OutsideScope, 7_000, 0),
        ],
        ConsumptionTax.Totals(
            [(TaxCategory.OutsideScope, 7_000), (TaxCategory.Reduced8, 1_080), (TaxCategory.Taxable10, 18_000), (TaxCategory.Exempt, 500)], TaxRounding.Down));

    /// <summary>Against fractions of exact decimals, for invoices of any shape.</summary>
    [Theory]
    [MemberData(nameof(Roundings))]
    public void Totals_AreWhatExactArithmeticGives(TaxRounding rounding)
    {
        var random = new Random(20_261_128);
        for (var invoice = 0; invoice < 2_000; invoice++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (Categories[random.Next(4)], random.NextInt64(-3_000_000, 3_000_000))).ToList();
            foreach (var total in ConsumptionTax.Totals(lines, rounding))
            {
                var net = lines.Where(line => line.Item1 == total.Category).Sum(line => (decimal)line.Item2);
                var exact = net * ConsumptionTax.RateOf(total.Category) / 100m;
                Assert.Equal(net, total.NetYen);
                Assert.Equal(rounding switch
                {
                    TaxRounding.Down => decimal.Round(exact, 0, MidpointRounding.ToZero),
                    TaxRounding.Up => Math.Sign(exact) * Math.Ceiling(Math.Abs(exact)),
                    _ => decimal.Round(exact, 0, MidpointRounding.AwayFromZero),
                }, total.TaxYen);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Roundings))]
    public void WholeReturn_GivesBackExactlyWhatWasCharged_InAnyOrderOfLines(TaxRounding rounding)
    {
        var random = new Random(8);
        for (var invoice = 0; invoice < 500; invoice++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (Categories[random.Next(4)], random.NextInt64(0, 100_000))).ToList();
            var back = lines.Select(line => (line.Item1, -line.Item2)).ToArray();
            random.Shuffle(back);
            Assert.Equal(
                ConsumptionTax.Totals(lines, rounding).Select(total => (total.Category, -total.NetYen, -total.TaxYen)),
                ConsumptionTax.Totals(back, rounding).Select(total => (total.Category, total.NetYen, total.TaxYen)));
        }
    }

    [Fact]
    public void SumBeyondAllMoney_IsRefused_NotWrapped() =>
        Assert.Throws<OverflowException>(() => ConsumptionTax.Totals([(TaxCategory.Taxable10, long.MaxValue), (TaxCategory.Taxable10, 1)], TaxRounding.Down));
}
