using System.Text.Json;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>
/// Deletes what an association's records are no longer kept for: charts five years after its last day, the rest after ten; not before
/// everything was handed over. Each is one transaction of the owner role, and leaves a record of what was deleted. Tables are found in the
/// catalogue by their <c>tenant_id</c>, so that none is forgotten; of the association a stub with its name stays, which nobody gets again.
/// </summary>
public sealed class TenantDeletion(
    PortalConnectionStrings connections, IServiceScopeFactory scopes, AuditKeys keys, AuditLinker linker, AuditVerifier verifier, Vault vault, DatabaseReadiness readiness,
    TimeProvider clock, ILogger<TenantDeletion> logger)
    : RepeatedTask(TimeSpan.FromHours(1), readiness, clock, logger)
{
    private const long LockKey = 4_202_611_27;

    private const string TablesOfTenants = """
        SELECT c.oid::regclass::text FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        """;

    private const string References = """
        SELECT f.conrelid::regclass::text, f.confrelid::regclass::text FROM pg_constraint f
        WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid <> f.confrelid
        """;

    /// <param name="today">The day in the association's zone is the same or the next: years are counted generously.</param>
    /// <returns>What was deleted now.</returns>
    public async Task<IReadOnlyList<(string Identifier, Kept Kind)>> RunAsync(DateOnly today, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connections.Owner);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var deleted = new List<(string, Kept)>();
        foreach (var (id, identifier, closedOn, charts) in await DueAsync(connection, today, cancellationToken))
        {
            foreach (var kind in new[] { Kept.Charts, Kept.Books })
            {
                var due = closedOn.AddYears(kind == Kept.Charts ? RetentionPeriods.ChartYears : RetentionPeriods.BookYears) < today && (kind == Kept.Books || !charts);
                if (due && await DeleteAsync(connection, id, identifier, closedOn, kind, cancellationToken))
                {
                    deleted.Add((identifier, kind));
                }
            }
        }
        return deleted;
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) =>
        RunAsync(DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime), cancellationToken);

    private static async Task<List<(Guid, string, DateOnly, bool)>> DueAsync(NpgsqlConnection connection, DateOnly today, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, identifier, closes_on, charts_deleted_at IS NOT NULL FROM app.tenant WHERE closes_on < $1 AND books_deleted_at IS NULL", connection)
        {
            Parameters = { new() { Value = today.AddYears(-RetentionPeriods.ChartYears) } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = new List<(Guid, string, DateOnly, bool)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            due.Add((reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateOnly>(2), reader.GetBoolean(3)));
        }
        return due;
    }

    private async Task<bool> DeleteAsync(NpgsqlConnection connection, Guid id, string identifier, DateOnly closedOn, Kept kind, CancellationToken cancellationToken)
    {
        await linker.LinkAsync(cancellationToken);
        // What was wrong with the chain cannot be found any more afterwards.
        var faults = (await verifier.VerifyAsync(id, cancellationToken)).Findings.Count(f => f.Tenant == id);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // What is being linked to the access log meanwhile would stay behind.
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({AuditLinker.LockKey})", cancellationToken);
        if (!await ScalarAsync<bool>(connection, $"SELECT pg_try_advisory_xact_lock({LockKey})", cancellationToken)
            || await ScalarAsync<bool>(connection, "SELECT EXISTS (SELECT 1 FROM app.tenant_deletion WHERE association_id = $1 AND kind = $2)", cancellationToken, id, kind.ToString()))
        {
            return false;
        }
        if (await HandoverAsync(connection, id, cancellationToken) is not var (handover, manifest)
            || !await new ClosingEvidence(keys, vault).IsThereAsync(connection, id, closedOn, handover, cancellationToken))
        {
            Logger.LogWarning("{Tenant} is due for deletion ({Kind}), and its access log knows of no such closing or of no hand-over: nothing is deleted", identifier, kind);
            return false;
        }
        if (await ScalarAsync<bool>(connection, "SELECT EXISTS (SELECT 1 FROM app.audit_unlinked WHERE tenant_id = $1)", cancellationToken, id))
        {
            return false;
        }
        var (length, head) = await HeadAsync(connection, id, cancellationToken);
        var rows = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (table, condition) in await StatementsAsync(connection, kind, cancellationToken))
        {
            if (await ExecuteAsync(connection, $"DELETE FROM {table} WHERE {condition}", cancellationToken, id) is > 0 and var count)
            {
                rows[table] = count;
            }
        }
        var now = Clock.GetUtcNow();
        var deletion = new SignedDeletion(Guid.CreateVersion7(now), id, identifier, kind.ToString(), rows, manifest, now, length, head, faults, "", []).Sign(keys);
        await ExecuteAsync(connection, """
            INSERT INTO app.tenant_deletion
              (id, association_id, identifier, kind, rows, manifest_sha256, deleted_at, deleted_by, chain_length, chain_mac, chain_faults, key_id, mac)
            VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, 'ClinicPortal', $8, $9, $10, $11, $12)
            """, cancellationToken, deletion.Id, id, identifier, deletion.Kind, JsonSerializer.Serialize(rows), manifest, now, length, head, faults, deletion.KeyId, deletion.Mac);
        await ExecuteAsync(
            connection, $"UPDATE app.tenant SET {(kind == Kept.Charts ? "charts_deleted_at" : "books_deleted_at")} = $2 WHERE id = $1", cancellationToken, id, now);
        await transaction.CommitAsync(cancellationToken);
        Logger.LogInformation("Deleted the {Kind} of {Tenant}: {Rows} rows of {Tables} tables", kind, identifier, rows.Values.Sum(), rows.Count);
        return true;
    }

    /// <summary>The last that was complete; it is among the books, and goes with them.</summary>
    private static async Task<(Guid Id, string ManifestSha256)?> HandoverAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection, "SELECT id, manifest_sha256 FROM app.tenant_handover WHERE tenant_id = $1 AND completed_at IS NOT NULL ORDER BY completed_at DESC LIMIT 1", [id]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetGuid(0), reader.GetString(1)) : null;
    }

    private static async Task<(long Length, byte[] Mac)> HeadAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "SELECT sequence, mac FROM app.audit_link WHERE tenant_id = $1 ORDER BY sequence DESC LIMIT 1", [id]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)) : (0, AuditMac.Beginning);
    }

    /// <summary>What refers to others comes before them.</summary>
    private async Task<IReadOnlyList<(string Table, string Condition)>> StatementsAsync(NpgsqlConnection connection, Kept kind, CancellationToken cancellationToken)
    {
        await using var services = scopes.CreateAsyncScope();
        await services.ServiceProvider.ActAsync(Access.CurrentUser.Portal, [], cancellationToken);
        var parts = services.ServiceProvider.GetServices<ITenantPart>().ToList();
        var charts = parts.SelectMany(p => p.Charts).ToHashSet();
        var tables = await ListAsync(connection, TablesOfTenants, row => row.GetString(0), cancellationToken);
        var references = (await ListAsync(connection, References, row => (From: row.GetString(0), To: row.GetString(1)), cancellationToken)).ToLookup(r => r.To, r => r.From);
        var wanted = tables.Where(table => kind == Kept.Books || charts.Contains(table) || charts.Contains($"{table.Split('.')[0]}.*")).ToHashSet();
        var (seen, ordered) = (new HashSet<string>(), new List<string>());
        foreach (var table in wanted.Order(StringComparer.Ordinal))
        {
            Place(table, references, seen, ordered);
        }
        return
        [
            .. kind == Kept.Books ? parts.SelectMany(p => p.Dependents) : [],
            .. ordered.Where(wanted.Contains).Select(table => (table, "tenant_id = $1")),
        ];
    }

    private static void Place(string table, ILookup<string, string> references, HashSet<string> seen, List<string> ordered)
    {
        if (!seen.Add(table))
        {
            return;
        }
        foreach (var referring in references[table].Order(StringComparer.Ordinal))
        {
            Place(referring, references, seen, ordered);
        }
        ordered.Add(table);
    }

    private static async Task<List<T>> ListAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? (T)value : default!;
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
        return command;
    }
}
