using System.Text.Json.Serialization;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Shared.Money;

/// <summary>How a fraction of a yen of tax is rounded (端数処理). The issuer chooses, and uses one for all.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaxRounding>))]
public enum TaxRounding
{
    /// <summary>切捨て.</summary>
    Down,

    /// <summary>切上げ.</summary>
    Up,

    /// <summary>四捨五入.</summary>
    Half,
}

/// <summary>What an invoice says of one rate: the sum of its lines excluding tax, and the tax on that sum. Integer yen.</summary>
public readonly record struct TaxTotal(TaxCategory Category, long NetYen, long TaxYen);

/// <summary>
/// 消費税 as a qualified invoice must state it: per rate, on the sum of the lines of that rate, rounded once per rate and invoice
/// (消費税法施行令70条の10). Lines are never rounded.
/// </summary>
public static class ConsumptionTax
{
    /// <summary>In percent; 非課税 and 不課税 bear none.</summary>
    public static int RateOf(TaxCategory category) => category switch
    {
        TaxCategory.Taxable10 => 10,
        TaxCategory.Reduced8 => 8,
        _ => 0,
    };

    /// <summary>Of a return (a negative sum) as much is given back as the same sum had borne: the amount is rounded, not the number line.</summary>
    /// <exception cref="OverflowException">The sum is beyond all money.</exception>
    public static long On(long netYen, TaxCategory category, TaxRounding rounding)
    {
        var hundredths = checked(Math.Abs(netYen) * RateOf(category));
        var tax = rounding switch
        {
            TaxRounding.Up => (hundredths + 99) / 100,
            TaxRounding.Half => (hundredths + 50) / 100,
            _ => hundredths / 100,
        };
        return netYen < 0 ? -tax : tax;
    }

    /// <summary>One total for each category that has a line, in the order of the categories.</summary>
    public static IReadOnlyList<TaxTotal> Totals(IEnumerable<(TaxCategory Category, long NetYen)> lines, TaxRounding rounding) =>
    [
        .. from line in lines
           group line.NetYen by line.Category into rate
           orderby rate.Key
           let net = rate.Aggregate(0L, (sum, yen) => checked(sum + yen))
           select new TaxTotal(rate.Key, net, On(net, rate.Key, rounding)),
    ];
}
