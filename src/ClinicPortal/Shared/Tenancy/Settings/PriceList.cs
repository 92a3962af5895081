using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ClinicPortal.Shared.Calendar;

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

    /// <summary>The version that a subscription keeps until it changes; what began before the first list has the first.</summary>
    public PriceListVersion KeptSince(DateOnly priceFrom) => On(priceFrom) ?? Versions.MinBy(version => version.EffectiveFrom)!;

    /// <summary>A plan as it stands in the version of a day; null when that has none of this code.</summary>
    public PricePlan? PlanNamed(string code, DateOnly date) => On(date)?.PlanNamed(code);
}

public sealed record PriceListVersion
{
    public required DateOnly EffectiveFrom { get; init; }

    public required TaxCategory TaxCategory { get; init; }

    /// <summary>Where a price is taxed otherwise than the rest; that of nights holds for single nights and holidays.</summary>
    public TaxCategory? CallTax { get; init; }

    public TaxCategory? VisitTax { get; init; }

    public TaxCategory? EndOfLifeTax { get; init; }

    public TaxCategory? VideoTax { get; init; }

    public TaxCategory? NightTax { get; init; }

    [MinLength(1)]
    public required IReadOnlyList<PricePlan> Plans { get; init; }

    /// <summary>Nights that a clinic without a plan may buy; null where none are sold.</summary>
    public NightPrices? Nights { get; init; }

    public PricePlan? PlanNamed(string code) => Plans.FirstOrDefault(plan => plan.Code == code);

    public TaxCategory TaxOf(PriceKind kind) => kind switch
    {
        PriceKind.Call or PriceKind.Phone => CallTax,
        PriceKind.Visit => VisitTax,
        PriceKind.EndOfLife => EndOfLifeTax,
        PriceKind.Video => VideoTax,
        PriceKind.SingleNight or PriceKind.HolidayDay => NightTax,
        _ => null,
    } ?? TaxCategory;
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

    /// <summary>Months from the first night within which the subscription cannot end.</summary>
    [Range(0, 60)]
    public required int MinimumMonths { get; init; }

    /// <summary>Days between a cancellation and the last night.</summary>
    [Range(0, 366)]
    public int NoticeDays { get; init; }

    /// <summary>The first nights, for which there is no monthly base; calls and visits cost what they cost.</summary>
    [Range(0, 366)]
    public int TrialNights { get; init; }

    /// <summary>The most patients that the plan is for; null where there is no limit.</summary>
    [Range(1, 100_000)]
    public int? MostPatients { get; init; }

    /// <summary>What happens when a clinic has more patients than that.</summary>
    public BeyondLimit BeyondPatients { get; init; }

    /// <summary>The most calls of a month that the plan is for; null where there is no limit.</summary>
    [Range(1, 100_000)]
    public int? MostCalls { get; init; }

    /// <summary>What happens at the calls beyond that.</summary>
    public BeyondLimit BeyondCalls { get; init; }

    /// <summary>Which nights the plan covers; others can be bought one by one.</summary>
    public CoveredNights Covers { get; init; }

    /// <summary>Calls of a month that the base pays for.</summary>
    [Range(0, 100_000)]
    public int IncludedCalls { get; init; }

    /// <summary>For each call beyond the included ones.</summary>
    [Range(0, 1_000_000)]
    public required int Call { get; init; }

    public required VisitPrices Visit { get; init; }

    /// <summary>Added to the visit when the patient died at home (看取り).</summary>
    [Range(0, 1_000_000)]
    public required int EndOfLife { get; init; }

    [Range(0, 1_000_000)]
    public required int Video { get; init; }

    /// <summary>What a whole month costs at least, before discounts; of months that the plan covers in part, that part.</summary>
    [Range(0, 100_000_000)]
    public int MonthlyMinimum { get; init; }

    public IReadOnlyList<PlanDiscount> Discounts { get; init; } = [];

    /// <param name="isHoliday">The night bears a date that is out of hours all day (休日).</param>
    public bool CoversNight(bool isHoliday) => Covers == CoveredNights.All || isHoliday;

    /// <summary>The base of a whole month by the number of patients at its end.</summary>
    public int BaseFor(int patients)
    {
        foreach (var tier in MonthlyBase)
        {
            if (patients <= tier.UpToPatients)
            {
                return tier.Yen;
            }
        }
        return checked(MonthlyBase[^1].Yen + (patients - MonthlyBase[^1].UpToPatients) * PerPatientAbove);
    }
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

    public int Of(FeeClass feeClass) => feeClass switch
    {
        FeeClass.DeepNight => DeepNight,
        FeeClass.Holiday => Holiday,
        FeeClass.Night => Night,
        _ => None,
    };
}
