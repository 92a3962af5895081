using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Money;
using FsCheck;
using FsCheck.Fluent;

namespace ClinicPortal.Tests.Billing;

public sealed class MonthPricingProperties
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Arbitrary<int> Seeds = Arb.From(Gen.Choose(0, int.MaxValue - 1));

    [Fact]
    public void Parts_OfAMonth_AddUpToTheWhole_WhicheverWayItIsCut() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var (yen, days) = (random.Next(0, 1_000_000), random.Next(28, 32));
        var cuts = Enumerable.Range(0, random.Next(0, 6)).Select(_ => random.Next(1, days)).Append(days).Distinct().Order().ToList();
        return cuts.Prepend(0).Zip(cuts, (before, last) => Proration.Of(yen, before + 1, last, days)).Sum() == yen;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Month_ComputedAgain_HasTheSameLines_InWhateverOrderItsHistoryIsRead() => Prop.ForAll(Seeds, seed =>
    {
        var month = Any(seed);
        var again = MonthPricing.Recompute(month.History(usages => usages.Reverse()), AMonth.Prices, true);
        return month.Whole().ToHashSet().SetEquals(again) && MonthMetering.Difference(again, Written(month.Whole()), Now).Count == 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lines_AreEachOneOfTheirKindAndSource() => Prop.ForAll(Seeds, seed =>
    {
        var lines = Any(seed).Whole();
        return lines.DistinctBy(l => (l.SourceKind, l.SourceId, l.Kind)).Count() == lines.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Month_NeverTakesMoreOffThanItCosts() => Prop.ForAll(Seeds, seed =>
        Any(seed).Whole().GroupBy(l => l.Tax).All(g => g.Sum(l => l.Yen) >= 0)).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_BecomesKnownLater_IsMadeUpByNewLines_AndThenNothingIsLeftToWrite() => Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var month = Any(seed);
        var books = Written(month.Whole()).ToList();
        for (var turn = 0; turn < 3; turn++)
        {
            Happen(month, random);
            if (month.Usages > 0 && random.Next(2) == 0)
            {
                month.Forget(random.Next(month.Usages));
            }
            books.AddRange(Written(MonthMetering.Difference(month.Whole(), books, Now)));
        }
        return books.Sum(l => l.Yen) == month.Whole().Sum(l => l.Yen)
            && MonthMetering.Difference(month.Whole(), books, Now).Count == 0
            && books.DistinctBy(l => l.Key).Count() == books.Count;
    }).QuickCheckThrowOnFailure();

    private static AMonth Any(int seed)
    {
        var random = new Random(seed);
        var month = new AMonth { PatientsAtEnd = random.Next(4) == 0 ? null : random.Next(0, 80), ContractStartsOn = AMonth.First.AddMonths(-random.Next(0, 5)) };
        var from = random.Next(1, 20);
        string[] plans = ["standard", "light", "cut"];
        while (from <= 30)
        {
            var until = from + random.Next(0, 20);
            month.Subscribe(plans[random.Next(3)], from, until >= 30 ? null : until, random.Next(3) == 0 ? random.Next(1, 30) : null);
            from = Math.Max(until, from) + random.Next(1, 4);
        }
        if (random.Next(2) == 0)
        {
            var pause = random.Next(1, 31);
            month.Pause(pause, random.Next(2) == 0 ? null : pause + random.Next(0, 10));
        }
        for (var i = random.Next(0, 12); i > 0; i--)
        {
            Happen(month, random);
        }
        return month;
    }

    private static void Happen(AMonth month, Random random)
    {
        var day = random.Next(1, 31);
        if (random.Next(2) == 0)
        {
            month.Call(day);
        }
        else
        {
            month.Visit(day, (FeeClass)random.Next(4), (VisitKind)random.Next(3), random.Next(5) == 0);
        }
    }

    private static IReadOnlyList<WrittenLine> Written(IEnumerable<MeteredLine> lines) =>
    [
        .. lines.Select(l => new WrittenLine(
            Guid.NewGuid(), l.ClinicId, l.ClinicName, l.Night, l.SourceKind, l.SourceId, l.Kind, l.Plan, l.Yen, l.Tax, l.CaseNumber, l.AdjustsLineId)),
    ];
}
