using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.IntegrationTests.Billing.Year;

/// <summary>A stretch of a contract under one plan and price list.</summary>
public sealed class SheetTerm
{
    public required string Name { get; init; }

    public required PricePlan Plan { get; init; }

    public required PriceListVersion List { get; init; }

    public required DateOnly Starts { get; init; }

    public required DateOnly ContractStarts { get; init; }

    public DateOnly? Trial { get; set; }

    public DateOnly? Ends { get; set; }

    public required int Patients { get; init; }

    public bool Covers(DateOnly night) => Starts <= night && !(night > Ends);
}

public sealed record SheetNight(string Name, DateOnly Night, PricePlan Plan, PriceListVersion List, long Yen);

/// <summary>What each clinic holds, from what it chose.</summary>
public sealed class SheetCover(PriceList prices)
{
    public Dictionary<int, List<SheetTerm>> Terms { get; } = [];

    public List<Paused> Pauses { get; } = [];

    public Dictionary<int, List<SheetNight>> Nights { get; } = [];

    public Dictionary<(int Clinic, DateOnly Day), int> Patients { get; } = [];

    public void Follow(Happening happening)
    {
        switch (happening)
        {
            case Chosen chosen:
                var chosenList = prices.Versions.Where(v => v.EffectiveFrom <= chosen.Starts).MaxBy(v => v.EffectiveFrom)!;
                var chosenPlan = chosenList.Plans.Single(p => p.Code == chosen.Plan);
                Terms[chosen.Clinic] =
                [
                    new SheetTerm
                    {
                        Name = $"{chosen.Clinic}-{chosen.Starts:O}", Plan = chosenPlan, List = chosenList, Starts = chosen.Starts, ContractStarts = chosen.Starts, Patients = chosen.Patients,
                        Trial = chosenPlan.TrialNights > 0 ? chosen.Starts.AddDays(chosenPlan.TrialNights - 1) : null,
                    },
                ];
                break;
            case Changed changed:
                var before = Terms[changed.Clinic][^1];
                var list = prices.Versions.Where(v => v.EffectiveFrom <= changed.Starts).MaxBy(v => v.EffectiveFrom)!;
                before.Ends = changed.Starts.AddDays(-1);
                before.Trial = before.Trial > before.Ends ? before.Ends : before.Trial;
                Terms[changed.Clinic].Add(new SheetTerm
                {
                    Name = $"{changed.Clinic}-{changed.Starts:O}", Plan = list.Plans.Single(p => p.Code == changed.Plan), List = list, Starts = changed.Starts,
                    ContractStarts = before.ContractStarts, Patients = changed.Patients,
                });
                break;
            case Paused paused:
                Pauses.Add(paused);
                break;
            case Cancelled cancelled:
                Terms[cancelled.Clinic][^1].Ends = cancelled.Last;
                break;
            case NightBought bought:
                var sold = prices.Versions.Where(v => v.EffectiveFrom <= bought.Night).MaxBy(v => v.EffectiveFrom)!;
                var nights = sold.Nights!;
                var yen = (decimal)(SheetCalendar.IsOutOfHoursAllDay(bought.Night) ? nights.HolidayDay : nights.SingleNight);
                var dear = nights.NewYear is { } period && period.Contains(bought.Night) ? nights.NewYearPercent : 100;
                (Nights.TryGetValue(bought.Clinic, out var had) ? had : Nights[bought.Clinic] = []).Add(
                    new SheetNight($"{bought.Clinic}-{bought.Night:O}", bought.Night, sold.Plans.Single(p => p.Code == nights.Plan), sold, (long)decimal.Floor(yen * dear / 100)));
                break;
            case PatientsCounted counted:
                foreach (var (clinic, number) in counted.Patients)
                {
                    Patients[(clinic, counted.LastDay)] = number;
                }
                break;
        }
    }
}

/// <summary>What was used, in the order in which it became known.</summary>
public sealed class SheetUsage
{
    public List<Call> Calls { get; } = [];

    public List<Visit> Visits { get; } = [];

    public void Follow(Happening happening)
    {
        switch (happening)
        {
            case CallsCame came:
                Calls.AddRange(came.Calls.OrderBy(c => c.At));
                break;
            case VisitsReported reported:
                Visits.AddRange(reported.Visits);
                break;
            case Uncounted uncounted:
                Visits.RemoveAll(v => v.Id == uncounted.Visit);
                break;
        }
    }
}

/// <summary>The lines of a month by the price list, clinic by clinic.</summary>
public sealed class SheetMonth(DateOnly month, SheetCover cover, SheetUsage usage, bool isOver)
{
    private readonly DateOnly lastDay = month.AddMonths(1).AddDays(-1);
    private readonly List<(SheetLine Line, SheetTerm? Term)> lines = [];

    private int Days => lastDay.Day;

    public IReadOnlyList<SheetLine> Lines()
    {
        var clinics = cover.Terms.Keys.Concat(cover.Nights.Keys).Concat(usage.Calls.Select(c => c.Clinic)).Concat(usage.Visits.Select(v => v.Clinic)).Distinct();
        return [.. clinics.Order().SelectMany(Clinic)];
    }

    private List<SheetLine> Clinic(int clinic)
    {
        lines.Clear();
        var terms = cover.Terms.GetValueOrDefault(clinic, []).Where(t => t.Starts <= lastDay && !(t.Ends < month)).OrderBy(t => t.Starts).ToList();
        var nights = cover.Nights.GetValueOrDefault(clinic, []).Where(n => n.Night >= month && n.Night <= lastDay).ToList();
        foreach (var night in nights)
        {
            Add($"night {night.Name}", night.Night, night.Yen, night.List.NightTax ?? night.List.TaxCategory, null);
        }
        var calls = 0;
        foreach (var call in usage.Calls.Where(c => c.Clinic == clinic && c.Night >= month && c.Night <= lastDay))
        {
            if (Held(call.Night) is var (plan, list, term))
            {
                var free = term is not null && ++calls <= plan.IncludedCalls;
                Add($"call {call.Id}", call.Night, free ? 0 : plan.Call, list.CallTax ?? list.TaxCategory, term);
            }
        }
        foreach (var visit in usage.Visits.Where(v => v.Clinic == clinic && v.Night >= month && v.Night <= lastDay))
        {
            if (Held(visit.Night) is var (plan, list, term))
            {
                var (yen, tax) = visit.Kind switch
                {
                    VisitKind.Video => (plan.Video, list.VideoTax),
                    VisitKind.Phone => (plan.Call, list.CallTax),
                    _ => (SheetCalendar.ClassAt(visit.Arrived) switch
                    {
                        "深夜" => plan.Visit.DeepNight, "休日" => plan.Visit.Holiday, "夜間" => plan.Visit.Night, _ => plan.Visit.None,
                    }, list.VisitTax),
                };
                Add($"visit {visit.Id}", visit.Night, yen, tax ?? list.TaxCategory, term);
                if (visit.EndOfLife)
                {
                    Add($"end of life {visit.Id}", visit.Night, plan.EndOfLife, list.EndOfLifeTax ?? list.TaxCategory, term);
                }
            }
        }
        if (isOver)
        {
            AddMonth(terms);
        }
        return [.. lines.Select(l => l.Line)];

        void Add(string what, DateOnly night, long yen, TaxCategory tax, SheetTerm? term) => lines.Add((new SheetLine(what, clinic, night, yen, tax), term));

        (PricePlan Plan, PriceListVersion List, SheetTerm? Term)? Held(DateOnly night)
        {
            if (terms.Find(t => t.Covers(night)) is { } term && !IsPaused(night))
            {
                return (term.Plan, term.List, term);
            }
            return nights.Find(n => n.Night == night) is { } bought ? (bought.Plan, bought.List, null) : null;
        }

        bool IsPaused(DateOnly night) => cover.Pauses.Exists(p => p.Clinic == clinic && p.From <= night && night <= p.Until);

        void AddMonth(List<SheetTerm> held)
        {
            var minimum = 0L;
            foreach (var term in held)
            {
                var patients = cover.Patients.TryGetValue((clinic, lastDay), out var counted) ? counted : term.Patients;
                var whole = term.Plan.MonthlyBase.FirstOrDefault(t => patients <= t.UpToPatients)?.Yen
                    ?? term.Plan.MonthlyBase[^1].Yen + (patients - term.Plan.MonthlyBase[^1].UpToPatients) * (long)term.Plan.PerPatientAbove;
                var charged = Enumerable.Range(1, Days).Where(d => month.AddDays(d - 1) is var day && term.Covers(day) && !(day <= term.Trial) && !IsPaused(day)).ToList();
                foreach (var first in charged.Where(d => !charged.Contains(d - 1)))
                {
                    var last = first;
                    while (charged.Contains(last + 1))
                    {
                        last++;
                    }
                    minimum += Part(term.Plan.MonthlyMinimum, first, last);
                    Add($"base {term.Name} {month:O} {first}", month.AddDays(last - 1), Part(whole, first, last), term.List.TaxCategory, term);
                }
            }
            var comesTo = lines.Where(l => l.Term is not null).Sum(l => l.Line.Yen);
            if (comesTo < minimum)
            {
                Add($"minimum {clinic} {month:O}", lastDay, minimum - comesTo, held[^1].List.TaxCategory, held[^1]);
            }
            foreach (var code in lines.Where(l => l.Term is not null).Select(l => l.Term!.Plan.Code).Distinct().ToList())
            {
                AddDiscounts(held.Last(t => t.Plan.Code == code));
            }
        }

        void AddDiscounts(SheetTerm term)
        {
            var sums = lines.Where(l => l.Term?.Plan.Code == term.Plan.Code).GroupBy(l => l.Line.Tax).ToDictionary(g => g.Key, g => g.Sum(l => l.Line.Yen));
            var left = sums.ToDictionary();
            for (var index = 0; index < term.Plan.Discounts.Count; index++)
            {
                var discount = term.Plan.Discounts[index];
                var begun = new DateOnly(term.ContractStarts.Year, term.ContractStarts.Month, 1);
                if (month < discount.From || month > discount.Until || discount.FirstMonths is { } some && month >= begun.AddMonths(some))
                {
                    continue;
                }
                var rest = discount.Off.EndsWith('%') ? 0L : long.Parse(discount.Off, System.Globalization.CultureInfo.InvariantCulture);
                foreach (var tax in left.Keys.Order().ToList())
                {
                    var off = discount.Off.EndsWith('%')
                        ? (long)decimal.Floor(sums[tax] * decimal.Parse(discount.Off.TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture) / 100) : rest;
                    off = Math.Min(off, left[tax]);
                    rest -= off;
                    left[tax] -= off;
                    if (off > 0)
                    {
                        Add($"discount {clinic} {month:O} {term.Plan.Code} {index} {tax}", lastDay, -off, tax, term);
                    }
                }
            }
        }
    }

    /// <summary>Of a month's price the days from one to another: what the days up to the last cost, less what those before the first do, each cut off to a yen.</summary>
    private long Part(long yen, int first, int last) => (long)(decimal.Floor((decimal)yen * last / Days) - decimal.Floor((decimal)yen * (first - 1) / Days));
}

/// <summary>Holidays of the year, as the cabinet office lists them, and what follows from them.</summary>
public static class SheetCalendar
{
    private static readonly DateOnly[] Public =
    [
        new(2026, 4, 29), new(2026, 5, 3), new(2026, 5, 4), new(2026, 5, 5), new(2026, 5, 6), new(2026, 7, 20), new(2026, 8, 11), new(2026, 9, 21), new(2026, 9, 22), new(2026, 9, 23),
        new(2026, 10, 12), new(2026, 11, 3), new(2026, 11, 23), new(2027, 1, 1), new(2027, 1, 11), new(2027, 2, 11), new(2027, 2, 23), new(2027, 3, 21), new(2027, 3, 22), new(2027, 4, 29),
    ];

    public static bool IsOutOfHoursAllDay(DateOnly day) => IsHoliday(day);

    /// <summary>深夜 goes before 休日, and that before 夜間.</summary>
    public static string ClassAt(DateTimeOffset at)
    {
        var (day, hour) = (DateOnly.FromDateTime(at.DateTime), at.TimeOfDay.TotalHours);
        return hour is >= 22 or < 6 ? "深夜" : IsHoliday(day) ? "休日" : hour is >= 18 or < 8 ? "夜間" : "";
    }

    private static bool IsHoliday(DateOnly day) =>
        day.DayOfWeek == DayOfWeek.Sunday || Public.Contains(day) || (day.Month, day.Day) is (12, >= 29) or (1, <= 3);
}
