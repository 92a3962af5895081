using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Metering;

/// <param name="NowYen">As it was charged, by the prices that each subscription kept.</param>
public sealed record SimulatedClinic(Guid Clinic, string Name, long NowYen, long ThenYen)
{
    public long Difference => ThenYen - NowYen;
}

/// <param name="Trial">The price list that the year is priced by, with what was typed instead.</param>
/// <param name="Missing">Plans that are held and that the list does not have: charged as they were.</param>
public sealed record SimulationModel(
    PriceTrial Trial, IReadOnlyList<PriceListVersion> Lists, DateOnly From, DateOnly Until, IReadOnlyList<SimulatedClinic> Clinics, IReadOnlyList<string> Missing)
{
    public PriceListVersion List => Trial.List;

    public long NowYen => Clinics.Sum(c => c.NowYen);

    public long ThenYen => Clinics.Sum(c => c.ThenYen);
}

/// <summary>料金の試算: the twelve months before this one, charged as they were and by another price list: one that is to come, or one that is only thought of.</summary>
public sealed class SimulatePrices(MonthHistories histories, CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    private const int Months = 12;

    /// <param name="list">First day of the price list; the last one when left out.</param>
    /// <param name="written">What was typed instead of one of its prices, by <see cref="TriedPrice.Name"/>.</param>
    public async Task<SimulationModel> HandleAsync(DateOnly? list, Func<string, string?> written, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var prices = tenant.Document.Prices;
        var chosen = prices.Versions.FirstOrDefault(v => v.EffectiveFrom == list) ?? prices.Versions.MaxBy(v => v.EffectiveFrom)!;
        var trial = PriceTrial.Of(chosen, written);
        var tried = prices with { Versions = [.. prices.Versions.Where(v => v.EffectiveFrom != chosen.EffectiveFrom), trial.Tried] };
        var today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date;
        var first = new DateOnly(today.Year, today.Month, 1).AddMonths(-Months);
        var (sums, missing) = (new Dictionary<Guid, SimulatedClinic>(), new SortedSet<string>(StringComparer.Ordinal));
        for (var month = first; month < first.AddMonths(Months); month = month.AddMonths(1))
        {
            var history = await histories.ReadAsync(tenant.Id, month, ClinicRange.All, cancellationToken);
            foreach (var line in MonthPricing.Recompute(history, prices, true))
            {
                Add(line, line.Yen, 0);
            }
            foreach (var line in MonthPricing.Recompute(history with { Cover = By(history.Cover, trial.Tried, missing) }, tried, true))
            {
                Add(line, 0, line.Yen);
            }
        }
        audit.Listed("price-simulation", [(tenant.Id, tenant.Id)]);
        return new SimulationModel(
            trial, [.. prices.Versions.OrderByDescending(v => v.EffectiveFrom)], first, first.AddMonths(Months).AddDays(-1),
            [.. sums.Values.OrderByDescending(c => Math.Abs(c.Difference)).ThenBy(c => c.Name, StringComparer.Ordinal)], [.. missing]);

        void Add(MeteredLine line, long now, long then)
        {
            var sum = sums.GetValueOrDefault(line.ClinicId) ?? new SimulatedClinic(line.ClinicId, line.ClinicName, 0, 0);
            sums[line.ClinicId] = sum with { NowYen = sum.NowYen + now, ThenYen = sum.ThenYen + then };
        }
    }

    /// <summary>The same cover with the prices of another list.</summary>
    public static CoverHistory By(CoverHistory cover, PriceListVersion list, ISet<string> missing) => cover with
    {
        Terms =
        [
            .. cover.Terms.Select(t =>
            {
                if (list.PlanNamed(t.Plan) is not null)
                {
                    return t with { PriceFrom = list.EffectiveFrom };
                }
                missing.Add(t.Plan);
                return t;
            }),
        ],
        Nights =
        [
            .. cover.Nights.Select(n => list.Nights is { } nights ? n with
            {
                Plan = nights.Plan,
                PriceFrom = list.EffectiveFrom,
                Yen = nights.PriceOf(n.Kind == CoverKind.HolidayDay ? PriceKind.HolidayDay : PriceKind.SingleNight, n.Night),
            } : n),
        ],
    };
}
