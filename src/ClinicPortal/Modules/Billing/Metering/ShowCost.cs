using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Billing.Metering;

/// <summary>What a month has cost so far, and what it will probably cost. Yen without tax.</summary>
/// <param name="Lines">By kind: how many, and what they come to.</param>
/// <param name="WholeYen">Base, minimum and discounts if nothing else happened.</param>
/// <param name="ForecastYen">Calls and visits go on as often as in the nights of the month so far.</param>
public sealed record CostModel(
    DateOnly Month, DateOnly Night, int NightsPassed, int NightsOfMonth, IReadOnlyList<(InvoiceLineKind Kind, int Count, long Yen)> Lines, long UsageYen, long WholeYen, long ForecastYen)
{
    public long SoFarYen => UsageYen + WholeYen;
}

/// <summary>今月の料金: computed now from the same history and by the same prices as the invoice will be.</summary>
public sealed class ShowCost(MonthHistories histories, ICases cases, CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    public async Task<CostModel> HandleAsync(CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(user.TenantId!.Value)!;
        var clinic = new ClinicId(user.OrganisationId!.Value);
        var now = clock.GetUtcNow();
        var night = TenantCalendars.Of(tenant).OutOfHours.NightOf(now, tenant.Zone);
        var month = new DateOnly(night.Year, night.Month, 1);
        var history = await histories.ReadAsync(tenant.Id, month, ClinicRange.Only(clinic), cancellationToken);
        // Calls become part of the history when the month is metered; until then they stand in the cases.
        var known = history.Usages.Select(u => u.SourceId).ToHashSet();
        var calls = (await cases.CallsAsync(month, history.LastDay, clinic.Value, cancellationToken)).Where(c => !known.Contains(c.Id.Value)).ToList();
        history = history with { Usages = [.. history.Usages, .. calls.Select((call, index) => Usage.Of(tenant.Id, call, now.AddMilliseconds(index)))] };
        audit.Opened(tenant.Id, "month-cost", clinic.Value);
        return Of(history, tenant.Document.Prices, night);
    }

    public static CostModel Of(MonthHistory history, PriceList prices, DateOnly night)
    {
        var lines = MonthPricing.Recompute(history, prices, true);
        var usage = lines.Where(l => !IsWhole(l.Kind) && l.Kind is not (InvoiceLineKind.SingleNight or InvoiceLineKind.HolidayDay)).Sum(l => (long)l.Yen);
        var nights = lines.Where(l => l.Kind is InvoiceLineKind.SingleNight or InvoiceLineKind.HolidayDay).Sum(l => (long)l.Yen);
        var bases = lines.Where(l => l.Kind == InvoiceLineKind.MonthlyBase).Sum(l => (long)l.Yen);
        var minimum = lines.Where(l => l.Kind == InvoiceLineKind.Minimum).Sum(l => (long)l.Yen);
        var discounts = lines.Where(l => l.Kind == InvoiceLineKind.Discount).Sum(l => (long)l.Yen);
        var passed = night.Day;
        // What is still to happen at the rate of the nights so far. The minimum shrinks by what is used beyond it; discounts are taken as they stand now.
        var more = usage * (history.LastDay.Day - passed) / passed;
        return new CostModel(
            history.Month, night, passed, history.LastDay.Day,
            [.. lines.GroupBy(l => l.Kind).OrderBy(g => IsWhole(g.Key)).ThenBy(g => g.Key).Select(g => (g.Key, g.Count(), g.Sum(l => (long)l.Yen)))],
            usage + nights, bases + minimum + discounts, usage + more + nights + bases + Math.Max(0, minimum - more) + discounts);
    }

    private static bool IsWhole(InvoiceLineKind kind) => kind is InvoiceLineKind.MonthlyBase or InvoiceLineKind.Minimum or InvoiceLineKind.Discount;
}
