using System.Globalization;
using System.Text;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Metering;

/// <summary>A price of a list that is tried otherwise.</summary>
/// <param name="Name">Of its field.</param>
/// <param name="Kind">What it is the price of.</param>
/// <param name="UpTo">Patients of a tier of the base.</param>
/// <param name="ListYen">As the list has it.</param>
/// <param name="Written">As it was typed.</param>
/// <param name="TriedYen">Null where what was typed is no price.</param>
public sealed record TriedPrice(string Name, string Kind, int? UpTo, int ListYen, string Written, int? TriedYen)
{
    public bool IsChanged => TriedYen != ListYen;
}

/// <param name="Plan">Null for the nights that are sold one by one.</param>
public sealed record TriedPlan(PricePlan? Plan, IReadOnlyList<TriedPrice> Prices);

/// <summary>
/// A price list as somebody would have it, typed and saved nowhere. What was left empty is as the list has it; while anything typed is no price, the list itself is tried.
/// </summary>
public sealed record PriceTrial(PriceListVersion List, IReadOnlyList<TriedPlan> Plans)
{
    /// <summary>As for the price list itself.</summary>
    private const int MostYen = 100_000_000;

    private const string NightsField = "nights";

    private static readonly (string Kind, Func<PricePlan, int> Of, Func<PricePlan, int, PricePlan> With)[] OfPlan =
    [
        ("perPatientAbove", p => p.PerPatientAbove, (p, yen) => p with { PerPatientAbove = yen }),
        ("includedCalls", p => p.IncludedCalls, (p, calls) => p with { IncludedCalls = calls }),
        ("call", p => p.Call, (p, yen) => p with { Call = yen }),
        ("visitNone", p => p.Visit.None, (p, yen) => p with { Visit = p.Visit with { None = yen } }),
        ("visitNight", p => p.Visit.Night, (p, yen) => p with { Visit = p.Visit with { Night = yen } }),
        ("visitHoliday", p => p.Visit.Holiday, (p, yen) => p with { Visit = p.Visit with { Holiday = yen } }),
        ("visitDeepNight", p => p.Visit.DeepNight, (p, yen) => p with { Visit = p.Visit with { DeepNight = yen } }),
        ("endOfLife", p => p.EndOfLife, (p, yen) => p with { EndOfLife = yen }),
        ("video", p => p.Video, (p, yen) => p with { Video = yen }),
        ("monthlyMinimum", p => p.MonthlyMinimum, (p, yen) => p with { MonthlyMinimum = yen }),
    ];

    private static readonly (string Kind, Func<NightPrices, int> Of, Func<NightPrices, int, NightPrices> With)[] OfNights =
    [
        ("singleNight", n => n.SingleNight, (n, yen) => n with { SingleNight = yen }),
        ("holidayDay", n => n.HolidayDay, (n, yen) => n with { HolidayDay = yen }),
    ];

    public IEnumerable<(TriedPlan Plan, TriedPrice Price)> Changes => Plans.SelectMany(plan => plan.Prices.Where(p => p.IsChanged).Select(price => (plan, price)));

    public bool IsWrong => Plans.Any(plan => plan.Prices.Any(price => price.TriedYen is null));

    /// <summary>The list with what was typed.</summary>
    public PriceListVersion Tried => IsWrong ? List : List with { Plans = [.. Plans.Where(p => p.Plan is not null).Select(Changed)], Nights = TriedNights };

    private NightPrices? TriedNights => List.Nights is { } nights && Plans.FirstOrDefault(p => p.Plan is null) is { } tried
        ? OfNights.Zip(tried.Prices).Aggregate(nights, (changed, price) => price.First.With(changed, price.Second.TriedYen!.Value)) : List.Nights;

    /// <param name="written">What was typed into a field.</param>
    public static PriceTrial Of(PriceListVersion list, Func<string, string?> written) => new(list,
    [
        .. list.Plans.Select(plan => new TriedPlan(plan,
        [
            .. plan.MonthlyBase.Select((tier, index) => Read($"{plan.Code}.base{index.ToString(CultureInfo.InvariantCulture)}", "base", tier.UpToPatients, tier.Yen, written)),
            .. OfPlan.Select(price => Read($"{plan.Code}.{price.Kind}", price.Kind, null, price.Of(plan), written)),
        ])),
        .. list.Nights is { } nights
            ? [new TriedPlan(null, [.. OfNights.Select(price => Read($"{NightsField}.{price.Kind}", price.Kind, null, price.Of(nights), written))])] : (IEnumerable<TriedPlan>)[],
    ]);

    private static PricePlan Changed(TriedPlan tried)
    {
        var plan = tried.Plan!;
        var tiers = plan.MonthlyBase.Count;
        return OfPlan.Zip(tried.Prices.Skip(tiers)).Aggregate(
            plan with { MonthlyBase = [.. plan.MonthlyBase.Zip(tried.Prices, (tier, price) => tier with { Yen = price.TriedYen!.Value })] },
            (changed, price) => price.First.With(changed, price.Second.TriedYen!.Value));
    }

    private static TriedPrice Read(string name, string kind, int? upTo, int listYen, Func<string, string?> written)
    {
        var text = written(name)?.Normalize(NormalizationForm.FormKC).Trim() ?? "";
        int? tried = text.Length == 0 ? listYen
            : int.TryParse(text.Replace(",", "", StringComparison.Ordinal).TrimStart('¥').TrimEnd('円'), NumberStyles.None, CultureInfo.InvariantCulture, out var yen) && yen <= MostYen ? yen : null;
        return new TriedPrice(name, kind, upTo, listYen, text.Length == 0 ? listYen.ToString(CultureInfo.InvariantCulture) : text, tried);
    }
}
