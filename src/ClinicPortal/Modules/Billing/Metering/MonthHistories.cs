using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Billing.Metering;

/// <summary>Reads what a month's lines follow from, in as many queries for ten thousand clinics as for one.</summary>
public sealed class MonthHistories(BillingContext db, PortalSession session, ICases cases, ICover cover, IMemberClinics clinics, TimeProvider clock)
{
    private const int Batch = 20_000;

    // The order in which calls became known is that of their ids; a call that is known already is left as it is.
    private const string Record = """
        INSERT INTO billing.usage (tenant_id, id, kind, source_id, clinic_id, clinic_name, month, night, case_id, case_number, end_of_life, occurred_at, recorded_at)
        SELECT $1, id, 'Call', source, clinic, name, date_trunc('month', night)::date, night, source, number, false, at, $8
        FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::date[], $7::text[], $9::timestamptz[]) AS call (id, source, clinic, name, night, number, at)
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
        foreach (var batch in calls.Where(c => !known.Contains(c.Id.Value)).Chunk(Batch))
        {
            await using var command = new NpgsqlCommand(Record, connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = tenantId },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select((_, index) => InOrder(now, index))] },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(c => c.Id.Value)] },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(c => c.ClinicId)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(c => c.ClinicName)] },
                    new NpgsqlParameter<DateOnly[]> { TypedValue = [.. batch.Select(c => c.Night)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. batch.Select(c => c.Number)] },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                    new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. batch.Select(c => c.ReceivedAt)] },
                },
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <param name="clinic">Only this clinic's; null for those of all in scope.</param>
    public async Task<MonthHistory> ReadAsync(DateOnly month, ClinicId? clinic, CancellationToken cancellationToken)
    {
        var id = clinic?.Value;
        var usages = await db.Usages.AsNoTracking()
            .Where(u => u.Month == month && (id == null || u.ClinicId == id) && !db.UsageVoids.Any(v => v.TenantId == u.TenantId && v.UsageId == u.Id))
            .ToListAsync(cancellationToken);
        var held = await cover.HistoryAsync(month, month.AddMonths(1).AddDays(-1), clinic, cancellationToken);
        var names = (await clinics.ListAsync(cancellationToken)).ToDictionary(c => c.Id, c => c.Name);
        return new MonthHistory(month, usages, held, names);
    }

    /// <summary>Ids of one moment in the order of their places: version 7 leaves twelve bits behind the milliseconds for that, and what is more goes to the next ones.</summary>
    private static Guid InOrder(DateTimeOffset now, int index)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now.AddMilliseconds(index >> 12)).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] = (byte)(0x70 | ((index >> 8) & 0x0F));
        bytes[7] = (byte)index;
        return new Guid(bytes, bigEndian: true);
    }
}
