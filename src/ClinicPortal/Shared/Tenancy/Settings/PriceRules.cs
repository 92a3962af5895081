namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>What no single price can say: rules between several.</summary>
internal static class PriceRules
{
    public static void Check(SettingsDocument document, PriceList prices)
    {
        if (document.Problems.Found.Count > 0)
        {
            return;
        }

        if (prices.Versions.DistinctBy(version => version.EffectiveFrom).Count() < prices.Versions.Count)
        {
            document.Problems.Add(document.LineOf("versions"), "versions", "SameStart");
        }

        foreach (var (index, version) in prices.Versions.Index())
        {
            Check(document, version, $"versions[{index}]");
        }
    }

    private static void Check(SettingsDocument document, PriceListVersion version, string field)
    {
        var codes = new HashSet<string>();
        foreach (var (index, plan) in version.Plans.Index())
        {
            var path = $"{field}.plans[{index}]";
            Check(document, plan, path);
            if (!codes.Add(plan.Code))
            {
                Add(document, $"{path}.code", "Twice", plan.Code);
            }
        }
        if (version.Nights is { } nights && !codes.Contains(nights.Plan))
        {
            Add(document, $"{field}.nights.plan", "UnknownPlan", nights.Plan);
        }
    }

    private static void Check(SettingsDocument document, PricePlan plan, string field)
    {
        for (var i = 1; i < plan.MonthlyBase.Count; i++)
        {
            if (plan.MonthlyBase[i].UpToPatients <= plan.MonthlyBase[i - 1].UpToPatients)
            {
                Add(document, $"{field}.monthlyBase[{i}].upToPatients", "NotAscending");
            }
        }
        if (plan.MostCalls < plan.IncludedCalls)
        {
            Add(document, $"{field}.mostCalls", "FewerThanIncluded", plan.IncludedCalls);
        }
        foreach (var (index, discount) in plan.Discounts.Index())
        {
            if (discount.Until < discount.From)
            {
                Add(document, $"{field}.discounts[{index}].until", "EndsBeforeItBegins");
            }
        }
    }

    private static void Add(SettingsDocument document, string field, string message, params object[] values) =>
        document.Problems.Add(document.LineOf(field), field, message, values);
}
