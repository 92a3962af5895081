using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Data;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Coverage;

internal sealed class Cover(CoverageDbContext db, PortalSession session, TenantScope scope, ITenantResolver tenants, ICallCount calls) : ICover
{
    // Asked for every call that comes in, and by hand: EF takes longer to prepare and to read it than the database to answer.
    // A subscription goes before a night that was bought as well, unless it does not cover the night.
    private const string OfClinic = """
        SELECT tenant_id, 'Plan', plan, price_from, starts_on, ends_on, coalesce(patients_counted, patients_covered), coalesce($3 <= trial_until, false) FROM coverage.cover_subscription s
        WHERE tenant_id = ANY ($1) AND clinic_id = $2 AND starts_on <= $3 AND (ends_on IS NULL OR $3 <= ends_on)
          AND NOT EXISTS (SELECT FROM coverage.paused_nights p
            WHERE p.tenant_id = s.tenant_id AND p.clinic_id = $2 AND p.from_night <= $3 AND (p.until_night IS NULL OR $3 <= p.until_night))
        UNION ALL
        SELECT tenant_id, kind, plan, price_from, night, night, 0, false FROM coverage.bought_night
        WHERE tenant_id = ANY ($1) AND clinic_id = $2 AND night = $3
        """;

    public async Task<CoverInfo?> ForClinicAsync(ClinicId id, DateOnly night, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var held = new List<CoverInfo>(2);
        var query = new NpgsqlBatchCommand(OfClinic)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. scope.Tenants] },
                new NpgsqlParameter<Guid> { TypedValue = id.Value },
                new NpgsqlParameter<DateOnly> { TypedValue = night },
            },
        };
        await using (var reader = await session.ReadAsync(query, cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                held.Add(new CoverInfo(
                    reader.GetGuid(0), id, Enum.Parse<CoverKind>(reader.GetString(1)), reader.GetString(2), reader.GetFieldValue<DateOnly>(3), reader.GetFieldValue<DateOnly>(4),
                    reader.IsDBNull(5) ? null : reader.GetFieldValue<DateOnly>(5), reader.GetInt32(6)) { InTrial = reader.GetBoolean(7) });
            }
        }
        return (await WithinAsync(held, night, at, cancellationToken)).FirstOrDefault();
    }

    public async Task<IReadOnlyList<CoverInfo>> ListAsync(DateOnly night, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var subscriptions = await db.Subscriptions.AsNoTracking()
            .Where(s => s.StartsOn <= night && (s.EndsOn == null || night <= s.EndsOn)
                && !db.Pauses.Any(p => p.TenantId == s.TenantId && p.ClinicId == s.ClinicId && p.FromNight <= night && (p.UntilNight == null || night <= p.UntilNight)))
            .Select(s => new CoverInfo(s.TenantId, new ClinicId(s.ClinicId), CoverKind.Plan, s.Plan, s.PriceFrom, s.StartsOn, s.EndsOn, s.PatientsCounted ?? s.PatientsCovered))
            .ToListAsync(cancellationToken);
        var bought = await db.BoughtNights.AsNoTracking().Where(n => n.Night == night)
            .Select(n => new CoverInfo(n.TenantId, new ClinicId(n.ClinicId), n.Kind, n.Plan, n.PriceFrom, n.Night, n.Night, 0))
            .ToListAsync(cancellationToken);
        return [.. (await WithinAsync([.. subscriptions, .. bought], night, at, cancellationToken)).Where(c => c.IsCovered).DistinctBy(c => c.ClinicId)];
    }

    /// <summary>By the plan's limits, as the price list that the subscription keeps has them: what covers the night goes before what does not.</summary>
    private async Task<IEnumerable<CoverInfo>> WithinAsync(List<CoverInfo> held, DateOnly night, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var plans = held.ConvertAll(h => (Held: h, Tenant: tenants.ById(h.TenantId), Plan: tenants.ById(h.TenantId)?.Document.Prices.KeptSince(h.PriceFrom).PlanNamed(h.Plan)));
        var counted = plans.Where(p => p is { Held.Kind: CoverKind.Plan, Plan: { } plan } && PlanLimits.CountsCalls(plan)).Select(p => p.Held.ClinicId).ToList();
        var used = counted.Count == 0 ? null : await calls.UnderCoverAsync(counted, new DateOnly(night.Year, night.Month, 1), at, cancellationToken);
        return plans.Select(p => p.Held with
        {
            PlanName = p.Plan?.Name,
            Beyond = p is { Held.Kind: CoverKind.Plan, Plan: { } plan } ? PlanLimits.Passed(
                plan, plan.Covers == CoveredNights.All || TenantCalendars.Of(p.Tenant!).OutOfHours.IsAllDay(night), p.Held.PatientsCovered, used?.GetValueOrDefault(p.Held.ClinicId) ?? 0) : null,
        }).OrderBy(h => !h.IsCovered);
    }

    public async Task<CoverHistory> HistoryAsync(DateOnly from, DateOnly until, ClinicRange clinics, CancellationToken cancellationToken)
    {
        var (first, last) = (clinics.From, clinics.Until);
        var terms = await db.Subscriptions.AsNoTracking()
            .Where(s => s.StartsOn <= until && (s.EndsOn == null || from <= s.EndsOn) && s.ClinicId >= first && s.ClinicId <= last)
            .Select(s => new CoverTerm(s.Id, new ClinicId(s.ClinicId), s.Plan, s.PriceFrom, s.StartsOn, s.EndsOn, s.ContractStartsOn, s.TrialUntil, s.PatientsCovered))
            .ToListAsync(cancellationToken);
        var pauses = await db.Pauses.AsNoTracking()
            .Where(p => p.FromNight <= until && (p.UntilNight == null || from <= p.UntilNight) && p.ClinicId >= first && p.ClinicId <= last)
            .Select(p => new CoverPause(new ClinicId(p.ClinicId), p.FromNight, p.UntilNight))
            .ToListAsync(cancellationToken);
        var nights = await db.BoughtNights.AsNoTracking()
            .Where(n => from <= n.Night && n.Night <= until && n.ClinicId >= first && n.ClinicId <= last)
            .Select(n => new BoughtNightInfo(n.Id, new ClinicId(n.ClinicId), n.Night, n.Kind, n.Plan, n.PriceFrom, n.Yen, n.BoughtAt))
            .ToListAsync(cancellationToken);
        var counts = await db.PatientCounts.AsNoTracking()
            .Where(c => from <= c.OnDay && c.OnDay <= until && c.ClinicId >= first && c.ClinicId <= last)
            .Select(c => new { c.ClinicId, c.OnDay, c.Patients }).ToListAsync(cancellationToken);
        return new CoverHistory(terms, pauses, nights, counts.ToDictionary(c => (new ClinicId(c.ClinicId), c.OnDay), c => c.Patients));
    }
}
