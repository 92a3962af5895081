using System.Diagnostics;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Benchmarks.Onboarding;

/// <summary>
/// The least that the database needs: the rows that an association and its import have left, written again for another association by
/// hand, one statement a table and one transaction. Nothing is read, checked or signed.
/// </summary>
internal sealed class OnboardingFloor(string owner) : IAsyncDisposable
{
    private static readonly string[] Imported =
        ["associations.member_import", "associations.member_clinic", "associations.physician", "associations.membership_change", "app.audit_entry"];

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(owner);

    /// <exception cref="InvalidOperationException">Other rows were written than the portal wrote: a figure of that means nothing.</exception>
    public async Task<(TimeSpan Applied, TimeSpan Imported)> MeasureAsync(Guid tenant, string identifier, int clinics, CancellationToken cancellationToken)
    {
        var floor = StableId.Of("tenant", $"floor-{identifier}");
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var applied = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                await CopyAsync(connection, "app.tenant", $"id = '{tenant}'", tenant, floor, $"jsonb_build_object('identifier', 'floor-{identifier}')", cancellationToken),
                await CopyAsync(connection, "app.tenant_settings", $"tenant_id = '{tenant}'", tenant, floor, "'{}'", cancellationToken),
            },
        };
        await using var imported = new NpgsqlBatch(connection);
        foreach (var table in Imported)
        {
            imported.BatchCommands.Add(await CopyAsync(connection, table, $"tenant_id = '{tenant}'", tenant, floor, "'{}'", cancellationToken));
        }
        // Done already, so that nobody is invited a second time.
        imported.BatchCommands.Add(await CopyAsync(
            connection, "app.work_item", $"tenant_id = '{tenant}' AND kind = 'associations.invite-administrator'", tenant, floor,
            "jsonb_build_object('id', gen_random_uuid(), 'dedupe_key', 'floor:' || r.dedupe_key, 'done_at', now())", cancellationToken));
        imported.BatchCommands.Add(new NpgsqlBatchCommand($"INSERT INTO app.audit_unlinked (tenant_id, at, entry_id) SELECT tenant_id, at, id FROM app.audit_entry WHERE tenant_id = '{floor}'"));

        var (first, second) = (await TimeAsync(applied, cancellationToken), await TimeAsync(imported, cancellationToken));
        await using var check = new NpgsqlCommand($"""
            SELECT (SELECT count(*) FROM associations.member_clinic WHERE tenant_id = '{floor}') = {clinics}
               AND (SELECT count(*) FROM app.work_item WHERE tenant_id = '{floor}') = {clinics}
            """, connection);
        return await check.ExecuteScalarAsync(cancellationToken) is true ? (first, second) : throw new InvalidOperationException("The floor has other rows than the portal.");
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <summary>The rows are read now and travel with the statement: their reading is not measured.</summary>
    /// <param name="change">JSON that is laid over each row <c>r</c>.</param>
    private static async Task<NpgsqlBatchCommand> CopyAsync(
        NpgsqlConnection connection, string table, string condition, Guid from, Guid to, string change, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand($"""
            SELECT (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''),
                   (SELECT coalesce(jsonb_agg(to_jsonb(r) || {change}), '[]')::text FROM {table} r WHERE {condition})
            """, connection);
        await using var reader = await read.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var columns = reader.GetString(0);
        var rows = reader.GetString(1).Replace($"{from}", $"{to}", StringComparison.Ordinal);
        return new NpgsqlBatchCommand($"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)")
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = rows } },
        };
    }

    private static async Task<TimeSpan> TimeAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(started);
    }
}
