using System.Globalization;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Coverage;

/// <summary>A plan's prices and terms in a sentence each.</summary>
internal static class PlanWords
{
    public static string Of(IStringLocalizer<CoverageText> t, PricePlan plan) => string.Join(" ", Sentences(t, plan));

    private static IEnumerable<string> Sentences(IStringLocalizer<CoverageText> t, PricePlan plan)
    {
        if (plan.Covers == CoveredNights.Holidays)
        {
            yield return t["Cover.HolidaysOnly"];
        }
        foreach (var tier in plan.MonthlyBase)
        {
            yield return t["Cover.Tier", tier.UpToPatients, Yen(tier.Yen)];
        }
        yield return t["Cover.Above", Yen(plan.PerPatientAbove)];
        if (plan.IncludedCalls > 0)
        {
            yield return t["Cover.Included", plan.IncludedCalls];
        }
        yield return t["Cover.Visits", Yen(plan.Call), Yen(plan.Visit.Night), Yen(plan.Visit.DeepNight), Yen(plan.EndOfLife)];
        if (plan.MonthlyMinimum > 0)
        {
            yield return t["Cover.MonthlyMinimum", Yen(plan.MonthlyMinimum)];
        }
        if (plan.MostPatients is { } most)
        {
            yield return t["Cover.Most", most, t[$"Beyond.{plan.BeyondPatients}"].Value];
        }
        if (plan.MostCalls is { } mostCalls)
        {
            yield return t["Cover.MostCalls", mostCalls, t[$"Beyond.{plan.BeyondCalls}"].Value];
        }
        if (plan.TrialNights > 0)
        {
            yield return t["Cover.Trial", plan.TrialNights];
        }
        yield return t["Cover.Minimum", plan.MinimumMonths];
        if (plan.NoticeDays > 0)
        {
            yield return t["Cover.Notice", plan.NoticeDays];
        }
    }

    private static string Yen(int yen) => yen.ToString("N0", CultureInfo.InvariantCulture);
}
