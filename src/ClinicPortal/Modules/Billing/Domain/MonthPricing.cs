using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Shared.Money;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Domain;

/// <summary>Everything that the lines of a month follow from.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Usages">Of nights of the month, those that do not count left out.</param>
/// <param name="Names">Of clinics that have cover; those that are called have their name with it.</param>
public sealed record MonthHistory(DateOnly Month, IReadOnlyList<Usage> Usages, CoverHistory Cover, IReadOnlyDictionary<ClinicId, string> Names)
{
    /// <summary>Dates of the month that are out of hours all day: some plans cover these only.</summary>
    public IReadOnlySet<DateOnly> Holidays { get; init; } = new HashSet<DateOnly>();

    public DateOnly LastDay => Month.AddMonths(1).AddDays(-1);
}

/// <summary>
/// The lines of a month by prices: a function of history and price list alone, so that a month computed again gives the same lines to the yen.
/// <list type="bullet">
/// <item>What was not under cover at its moment costs nothing here: whether and whom to charge is agreed by people.</item>
/// <item>A night is charged by the version of the subscription that covers it, by the price list which that version keeps; else by the night that was bought.</item>
/// <item>Base and minimum are charged by the day, see <see cref="Proration"/>.</item>
/// <item>Days of a pause and of a trial have no base, and no minimum.</item>
/// <item>The base goes by the patients at the end of the month; where nobody counted, by the number that the clinic gave.</item>
/// <item>Included calls are those that became known first.</item>
/// <item>The minimum is made up before discounts; discounts come off what the plan's lines and the minimum come to, tax by tax, and never more than that.</item>
/// </list>
/// </summary>
public static class MonthPricing
{
    /// <param name="whole">The month is over: what a month costs as a whole is charged as well.</param>
    public static IReadOnlyList<MeteredLine> Recompute(MonthHistory history, PriceList prices, bool whole)
    {
        var usages = history.Usages.GroupBy(u => u.ClinicId).ToDictionary(g => g.Key, g => g.OrderBy(u => u.Id).ToList());
        var terms = history.Cover.Terms.ToLookup(t => t.ClinicId.Value);
        var pauses = history.Cover.Pauses.ToLookup(p => p.ClinicId.Value);
        var nights = history.Cover.Nights.ToLookup(n => n.ClinicId.Value);
        var lines = new List<MeteredLine>();
        foreach (var clinic in usages.Keys.Concat(terms.Select(t => t.Key)).Concat(nights.Select(n => n.Key)).Distinct())
        {
            var month = new ClinicMonth(history, prices, clinic, [.. terms[clinic].OrderBy(t => t.StartsOn)], [.. pauses[clinic]], [.. nights[clinic]]);
            month.Add(usages.GetValueOrDefault(clinic, []));
            if (whole)
            {
                month.AddWhole();
            }
            lines.AddRange(month.Lines);
        }
        return lines;
    }
}

/// <summary>One clinic's month while it is computed.</summary>
internal sealed class ClinicMonth(
    MonthHistory history, PriceList prices, Guid clinic, IReadOnlyList<CoverTerm> terms, IReadOnlyList<CoverPause> pauses, IReadOnlyList<BoughtNightInfo> nights)
{
    private readonly List<(MeteredLine Line, CoverTerm? Term)> lines = [];
    private string? name = history.Names.GetValueOrDefault(new ClinicId(clinic));
    private int calls;

    public IEnumerable<MeteredLine> Lines => lines.Select(l => l.Line);

    private int Days => history.LastDay.Day;

    public void Add(IReadOnlyList<Usage> usages)
    {
        name ??= usages is [var first, ..] ? first.ClinicName : "";
        foreach (var night in nights.OrderBy(n => n.Night))
        {
            var (kind, price) = night.Kind == CoverKind.HolidayDay ? (InvoiceLineKind.HolidayDay, PriceKind.HolidayDay) : (InvoiceLineKind.SingleNight, PriceKind.SingleNight);
            lines.Add((new MeteredLine(
                clinic, name, night.Night, kind, LineSource.Night, night.Id, night.Plan, night.Yen, prices.KeptSince(night.PriceFrom).TaxOf(price), night.BoughtAt), null));
        }
        foreach (var usage in usages.Where(u => u.Covered))
        {
            var (term, night) = (TermOf(usage.Night), nights.FirstOrDefault(n => n.Night == usage.Night));
            if (term is not null && !(night is not null && BoughtBeyond(night, term)))
            {
                Add(usage, term, term.Plan, term.PriceFrom);
            }
            else if (night is not null)
            {
                Add(usage, null, night.Plan, night.PriceFrom);
            }
        }
    }

    /// <summary>Base, minimum and discounts.</summary>
    public void AddWhole()
    {
        var minimum = 0L;
        foreach (var term in terms)
        {
            if (PlanOf(term.Plan, term.PriceFrom) is not ({ } plan, { } list))
            {
                continue;
            }
            var patients = history.Cover.Patients.TryGetValue((term.ClinicId, history.LastDay), out var counted) ? counted : term.PatientsCovered;
            foreach (var (from, until) in Stretches(term))
            {
                var yen = Proration.Of(plan.BaseFor(patients), from.Day, until.Day, Days);
                minimum += Proration.Of(plan.MonthlyMinimum, from.Day, until.Day, Days);
                lines.Add((Line(until, InvoiceLineKind.MonthlyBase, LineSource.Term, StableId.Of("base", $"{term.Id}", $"{from:O}"), plan.Code, yen, list.TaxOf(PriceKind.MonthlyBase)) with
                {
                    CoversFrom = from,
                    CoversUntil = until,
                }, term));
            }
        }
        if (lines.Where(l => l.Term is not null).Sum(l => (long)l.Line.Yen) is var sum && sum < minimum)
        {
            var last = terms[^1];
            lines.Add((Line(
                history.LastDay, InvoiceLineKind.Minimum, LineSource.Month, StableId.Of("minimum", $"{clinic}", $"{history.Month:O}"), last.Plan,
                checked((int)(minimum - sum)), prices.KeptSince(last.PriceFrom).TaxCategory), last));
        }
        foreach (var plan in lines.Where(l => l.Term is not null).GroupBy(l => l.Line.Plan).ToList())
        {
            AddDiscounts(plan.Key, plan.Select(l => l.Line).ToList(), terms.Last(t => t.Plan == plan.Key));
        }
    }

    private CoverTerm? TermOf(DateOnly night) => pauses.Any(p => p.Covers(night)) ? null : terms.FirstOrDefault(
        t => t.Covers(night) && PlanOf(t.Plan, t.PriceFrom).Plan?.CoversNight(history.Holidays.Contains(night)) != false);

    /// <summary>Nobody can buy a night that is covered: one that was bought while the subscription ran is beyond a limit at which its plan refuses.</summary>
    private bool BoughtBeyond(BoughtNightInfo night, CoverTerm term) =>
        PlanOf(term.Plan, term.PriceFrom).Plan is { MostPatients: not null, BeyondPatients: BeyondLimit.Refuse } or { MostCalls: not null, BeyondCalls: BeyondLimit.Refuse }
        && DateOnly.FromDateTime(night.BoughtAt.UtcDateTime) > term.ContractStartsOn;

    private void Add(Usage usage, CoverTerm? term, string code, DateOnly priceFrom)
    {
        if (PlanOf(code, priceFrom) is not ({ } plan, { } list))
        {
            throw new InvalidOperationException($"No price list has the plan {code} that holds since {priceFrom:yyyy-MM-dd}.");
        }
        var included = usage.Kind == UsageKind.Call && term is not null && ++calls <= plan.IncludedCalls;
        lines.AddRange(usage.Lines(plan, list).Select(line => (included ? line with { Yen = 0 } : line, term)));
    }

    private void AddDiscounts(string plan, IReadOnlyList<MeteredLine> of, CoverTerm term)
    {
        var left = of.GroupBy(l => l.Tax).ToDictionary(g => g.Key, g => g.Sum(l => (long)l.Yen));
        var whole = left.ToDictionary();
        foreach (var (index, discount) in (PlanOf(plan, term.PriceFrom).Plan?.Discounts ?? []).Index().Where(d => d.Item.Holds(history.Month, term.ContractStartsOn)))
        {
            var off = discount.IsPart ? 0 : discount.Of(int.MaxValue);
            foreach (var tax in left.Keys.Order())
            {
                var taken = Math.Min(left[tax], discount.IsPart ? discount.Of(whole[tax]) : off);
                off -= discount.IsPart ? 0 : taken;
                left[tax] -= taken;
                if (taken > 0)
                {
                    lines.Add((Line(
                        history.LastDay, InvoiceLineKind.Discount, LineSource.Month, StableId.Of("discount", $"{clinic}", $"{history.Month:O}", plan, $"{index}", $"{tax}"), plan,
                        checked((int)-taken), tax) with { Reason = discount.Label }, term));
                }
            }
        }
    }

    /// <summary>Days of the month that a version has a base for, cut where it pauses.</summary>
    private IEnumerable<(DateOnly From, DateOnly Until)> Stretches(CoverTerm term)
    {
        DateOnly? from = null;
        for (var day = history.Month; day <= history.LastDay; day = day.AddDays(1))
        {
            var charged = term.Covers(day) && !(day <= term.TrialUntil) && !pauses.Any(p => p.Covers(day));
            if (charged && from is null)
            {
                from = day;
            }
            else if (!charged && from is { } begun)
            {
                yield return (begun, day.AddDays(-1));
                from = null;
            }
        }
        if (from is { } last)
        {
            yield return (last, history.LastDay);
        }
    }

    private (PricePlan? Plan, PriceListVersion List) PlanOf(string code, DateOnly priceFrom)
    {
        var list = prices.KeptSince(priceFrom);
        return (list.PlanNamed(code), list);
    }

    private MeteredLine Line(DateOnly night, InvoiceLineKind kind, LineSource source, Guid id, string plan, int yen, TaxCategory tax) =>
        new(clinic, name ?? "", night, kind, source, id, plan, yen, tax, new DateTimeOffset(night.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
}
