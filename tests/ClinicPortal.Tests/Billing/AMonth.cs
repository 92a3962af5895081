using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

/// <summary>A clinic's November of thirty days, written down day by day.</summary>
internal sealed class AMonth
{
    public static readonly DateOnly First = new(2026, 11, 1);
    public static readonly DateOnly NewPrices = new(2026, 11, 10);

    public static readonly PriceList Prices = new()
    {
        Versions =
        [
            new PriceListVersion
            {
                EffectiveFrom = new DateOnly(2026, 4, 1),
                TaxCategory = TaxCategory.Taxable10,
                Plans =
                [
                    Plan("standard", 50_000, 18_000),
                    Plan("light", 25_000, 20_000) with { IncludedCalls = 2, Call = 4_000, MonthlyMinimum = 40_000 },
                    Plan("holiday", 20_000, 19_000) with { Covers = CoveredNights.Holidays },
                    Plan("small", 25_000, 20_000) with { MostPatients = 20, BeyondPatients = BeyondLimit.Refuse },
                    Plan("cut", 50_000, 18_000) with { Discounts = [new() { Label = "開業割引", Off = "10%", FirstMonths = 3 }, new() { Label = "口座振替割引", Off = "500" }] },
                ],
                Nights = new NightPrices
                {
                    Plan = "light",
                    SingleNight = 30_000,
                    HolidayDay = 60_000,
                    NewYear = new YearlyPeriod(new(12, 29), new(1, 3)),
                    NewYearPercent = 150,
                },
            },
            new PriceListVersion { EffectiveFrom = NewPrices, TaxCategory = TaxCategory.Taxable10, Plans = [Plan("standard", 60_000, 19_000), Plan("light", 30_000, 21_000)] },
        ],
    };

    /// <summary>Sundays, 文化の日 and 勤労感謝の日.</summary>
    public static readonly IReadOnlySet<DateOnly> Holidays = new[] { 1, 3, 8, 15, 22, 23, 29 }.Select(Day).ToHashSet();

    private readonly Guid tenant = Guid.NewGuid();
    private readonly ClinicId clinic = new(Guid.NewGuid());
    private readonly List<Usage> usages = [];
    private readonly List<CoverTerm> terms = [];
    private readonly List<CoverPause> pauses = [];
    private readonly List<BoughtNightInfo> nights = [];

    public int? PatientsAtEnd { get; init; }

    public DateOnly ContractStartsOn { get; init; } = First;

    public void Subscribe(string plan, int from, int? until = null, int? trialUntil = null, DateOnly? priceFrom = null, int said = 10) => terms.Add(new CoverTerm(
        Guid.NewGuid(), clinic, plan, priceFrom ?? Prices.Versions[0].EffectiveFrom, Day(from), until is { } last ? Day(last) : null, ContractStartsOn,
        trialUntil is { } trial ? Day(trial) : null, said));

    public void Pause(int from, int? until) => pauses.Add(new CoverPause(clinic, Day(from), until is { } last ? Day(last) : null));

    public void Buy(int day, int yen) => nights.Add(new BoughtNightInfo(
        Guid.NewGuid(), clinic, Day(day), CoverKind.SingleNight, "light", Prices.Versions[0].EffectiveFrom, yen, At(day)));

    public void Call(int day, bool covered = true) => Add(day, (id, at) => Usage.Of(
        tenant, new BillableCall(new CaseId(id), $"SG-2611{day:00}-001", Day(day), At(day), clinic.Value, "見本クリニック", covered), at));

    public void Visit(int day, FeeClass feeClass = FeeClass.Night, VisitKind kind = VisitKind.HomeVisit, bool endOfLife = false, bool covered = true) => Add(day, (id, at) => Usage.Of(
        new BillableVisit(new TenantId(tenant), new VisitId(id), kind, null, $"SG-2611{day:00}-002", Day(day), clinic, "見本クリニック", At(day), endOfLife),
        (clinic.Value, "見本クリニック"), feeClass, covered, at));

    public void Forget(int index) => usages.RemoveAt(index);

    public int Usages => usages.Count;

    public MonthHistory History(Func<IEnumerable<Usage>, IEnumerable<Usage>>? order = null) => new(
        First, [.. order?.Invoke(usages) ?? usages],
        new CoverHistory(terms, pauses, nights, PatientsAtEnd is { } patients ? new Dictionary<(ClinicId, DateOnly), int> { [(clinic, Day(30))] = patients } : []),
        new Dictionary<ClinicId, string> { [clinic] = "見本クリニック" }) { Holidays = Holidays };

    public IReadOnlyList<MeteredLine> Whole(bool whole = true) => MonthPricing.Recompute(History(), Prices, whole);

    public IEnumerable<(InvoiceLineKind, int)> Lines() => Whole().Select(l => (l.Kind, l.Yen));

    /// <summary>Each becomes known a second after the one before.</summary>
    private void Add(int day, Func<Guid, DateTimeOffset, Usage> usage) => usages.Add(usage(Guid.NewGuid(), At(30).AddSeconds(usages.Count)));

    private static DateOnly Day(int day) => First.AddDays(day - 1);

    private static DateTimeOffset At(int day) => new(Day(day).ToDateTime(new TimeOnly(22, 0)), TimeSpan.FromHours(9));

    private static PricePlan Plan(string code, int yen, int visit) => new()
    {
        Code = code,
        Name = new LocalizedText { Ja = code, En = code },
        MonthlyBase = [new BaseTier { UpToPatients = 30, Yen = yen }, new BaseTier { UpToPatients = 50, Yen = yen + 30_000 }],
        PerPatientAbove = 1_000,
        MinimumMonths = 3,
        Call = 3_000,
        Visit = new VisitPrices { None = visit, Night = visit, Holiday = visit, DeepNight = visit + 7_000 },
        EndOfLife = 10_000,
        Video = 6_000,
    };
}
