using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary><c>tenants/&lt;slug&gt;/prices.yaml</c>. All prices are integer yen, excluding tax.</summary>
public sealed record PriceList
{
    /// <summary>In force from their dates on; a visit is priced by the version of the day its night began.</summary>
    [MinLength(1)]
    public required IReadOnlyList<PriceListVersion> Versions { get; init; }

    /// <summary>The version in force on a day; null before the first.</summary>
    public PriceListVersion? On(DateOnly date) =>
        Versions.Where(version => version.EffectiveFrom <= date).MaxBy(version => version.EffectiveFrom);

    /// <summary>A plan as it stands in the version of a day; null when that has none of this code.</summary>
    public PricePlan? PlanNamed(string code, DateOnly date) => On(date)?.Plans.FirstOrDefault(plan => plan.Code == code);
}

public sealed record PriceListVersion
{
    public required DateOnly EffectiveFrom { get; init; }

    public required TaxCategory TaxCategory { get; init; }

    [MinLength(1)]
    public required IReadOnlyList<PricePlan> Plans { get; init; }
}

/// <summary>Words of the consumption tax: 課税10%, 軽減8%, 非課税, 不課税.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaxCategory>))]
public enum TaxCategory
{
    Taxable10,
    Reduced8,
    Exempt,
    OutsideScope,
}

/// <summary>What a clinic subscribes to.</summary>
public sealed record PricePlan
{
    [RegularExpression("^[a-z][a-z0-9-]*$")]
    public required string Code { get; init; }

    public required LocalizedText Name { get; init; }

    /// <summary>By number of patients under cover, ascending.</summary>
    [MinLength(1)]
    public required IReadOnlyList<BaseTier> MonthlyBase { get; init; }

    /// <summary>For each patient beyond the last tier, per month.</summary>
    [Range(0, 1_000_000)]
    public required int PerPatientAbove { get; init; }

    [Range(0, 60)]
    public required int MinimumMonths { get; init; }

    [Range(0, 1_000_000)]
    public required int Call { get; init; }

    public required VisitPrices Visit { get; init; }

    /// <summary>Added to the visit when the patient died at home (看取り).</summary>
    [Range(0, 1_000_000)]
    public required int EndOfLife { get; init; }

    [Range(0, 1_000_000)]
    public required int Video { get; init; }
}

public sealed record BaseTier
{
    [Range(1, 100_000)]
    public required int UpToPatients { get; init; }

    [Range(0, 100_000_000)]
    public required int Yen { get; init; }
}

/// <summary>Per visit by fee class; <see cref="None"/> is out of hours without an addition, such as Saturday afternoon.</summary>
public sealed record VisitPrices
{
    [Range(0, 1_000_000)]
    public required int None { get; init; }

    [Range(0, 1_000_000)]
    public required int Night { get; init; }

    [Range(0, 1_000_000)]
    public required int Holiday { get; init; }

    [Range(0, 1_000_000)]
    public required int DeepNight { get; init; }
}
