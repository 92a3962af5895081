using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.Metering;

/// <summary>Reads what a month's lines follow from, in as many queries for hundreds of clinics as for one.</summary>
public sealed class MonthHistories(
    BillingContext db, PortalSession session, ICases cases, ICover cover, IMemberClinics clinics, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>Clinics of which a month's history is held at a time.</summary>
    internal const int Part = 250;

    private const int Batch = 20_000;

    // The order in which calls became known is that of their ids; a call that is known already is left as it is.
    private const string Record = """
        INSERT INTO billing.usage (tenant_id, id, kind, source_id, clinic_id, clinic_name, month, night, case_id, case_number, end_of_life, occurred_at, recorded_at, covered)
        SELECT $1, id, 'Call', source, clinic, name, date_trunc('month', night)::date, night, source, number, false, at, $8, covered
        FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::date[], $7::text[], $9::timestamptz[], $10::boolean[]) AS call (id, source, clinic, name, night, number, at, covered)
        ON CONFLICT (tenant_id, kind, source_id) DO NOTHING
        """;

    /// <summary>
    /// Calls are taken over from the cases of the month and not told one by one: whose patient it is may turn out after the call, and a call costs no time for
    /// what it costs.
    /// </summary>
    public async Task RecordCallsAsync(Guid tenantId, DateOnly month, CancellationToken cancellationToken)
    {
        var calls = await cases.CallsAsync(month, month.AddMonths(1).AddDays(-1), null, cancellationToken);
        var known = await db.Usages.AsNoTracking().Where(u => u.Month == month && u.Kind == UsageKind.Call).Select(u => u.SourceId).ToHashSetAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var connection = await session.ConnectionAsync(cancellationToken);
        foreach (var (number, batch) in calls.Where(c => !known.Contains(c.Id.Value)).Chunk(Batch).Index())
        {
            await using var command = new NpgsqlCommand(Record, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = tenantId },
                    new NpgsqlParameter<Guid[]> { TypedValue = OrderedIds.Many(now, number * Batch, batch.Length) },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(c => c.Id.Value)] },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(c => c.ClinicId)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(c => c.ClinicName)] },
                    new NpgsqlParameter<DateOnly[]> { TypedValue = [.. batch.Select(c => c.Night)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(c => c.Number)] },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                    new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. batch.Select(c => c.ReceivedAt)] },
                    new NpgsqlParameter<bool[]> { TypedValue = [.. batch.Select(c => c.Covered)] },
                },
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The month's clinics cut into parts, each of which is little enough to be held in memory: they are cut by who used something.</summary>
    public async Task<IReadOnlyList<ClinicRange>> PartsAsync(DateOnly month, CancellationToken cancellationToken) => ClinicRange.Cut(
        await db.Usages.Where(u => u.Month == month).Select(u => u.ClinicId).Distinct().OrderBy(id => id).ToListAsync(cancellationToken), Part);

    /// <param name="range">Only these clinics'.</param>
    public async Task<MonthHistory> ReadAsync(Guid tenantId, DateOnly month, ClinicRange range, CancellationToken cancellationToken)
    {
        var (first, last) = (range.From, range.Until);
        var usages = await db.Usages.AsNoTracking()
            .Where(u => u.Month == month && u.ClinicId >= first && u.ClinicId <= last && !db.UsageVoids.Any(v => v.TenantId == u.TenantId && v.UsageId == u.Id))
            .ToListAsync(cancellationToken);
        var held = await cover.HistoryAsync(month, month.AddMonths(1).AddDays(-1), range, cancellationToken);
        var covered = held.Terms.Select(t => t.ClinicId).Concat(held.Nights.Select(n => n.ClinicId)).Distinct().ToList();
        var names = (await clinics.OfAsync(covered, cancellationToken)).ToDictionary(c => c.Id, c => c.Name);
        var calendar = TenantCalendars.Of(tenants.ById(tenantId) ?? throw new InvalidOperationException($"There is no association {tenantId}.")).OutOfHours;
        var days = Enumerable.Range(0, DateTime.DaysInMonth(month.Year, month.Month)).Select(month.AddDays);
        return new MonthHistory(month, usages, held, names) { Holidays = days.Where(calendar.IsAllDay).ToHashSet() };
    }
}
