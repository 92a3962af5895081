using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Shared.Audit;

/// <summary>
/// Chains the entries that have committed, each tenant's by itself, about a second after them: requests never wait for each other. Whichever node
/// gets the turn does it; an entry that commits late is in the queue from then on, whatever its time says.
/// </summary>
public sealed class AuditLinker(
    NpgsqlDataSource dataSource, AuditKeys keys, Vault vault, DatabaseReadiness readiness, TimeProvider clock, ILogger<AuditLinker> logger)
    : RepeatedTask(TimeSpan.FromSeconds(1), readiness, clock, logger)
{
    internal const long LockKey = 4_202_611_26;

    /// <summary>A transaction's worth: what is lost to a crash is linked again.</summary>
    private const int BatchSize = 2_000;

    private const string Queued = $"""
        SELECT {AuditEntry.Columns} FROM (
          SELECT tenant_id AS t, at AS a, entry_id AS e FROM app.audit_unlinked ORDER BY tenant_id, at, entry_id LIMIT $1) q
        JOIN app.audit_entry ON tenant_id = t AND at = a AND id = e ORDER BY tenant_id, at, id
        """;

    private const string Heads = """
        SELECT t.id, head.sequence, head.mac FROM unnest($1::uuid[]) t(id)
        CROSS JOIN LATERAL (SELECT sequence, mac FROM app.audit_link WHERE tenant_id = t.id ORDER BY sequence DESC LIMIT 1) head
        """;

    private const string Link = "INSERT INTO app.audit_link (tenant_id, sequence, entry_at, entry_id, mac, key_id) SELECT t, s, a, e, m, $6 FROM unnest($1, $2, $3, $4, $5) l(t, s, a, e, m)";

    private const string Dequeue = """
        DELETE FROM app.audit_unlinked u USING unnest($1, $2, $3) l(t, a, e) WHERE u.tenant_id = l.t AND u.at = l.a AND u.entry_id = l.e
        """;

    private const string IndexPatients = "INSERT INTO app.audit_patient (tenant_id, patient_id, at, entry_id) SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT DO NOTHING";

    /// <summary>Links all that is queued, unless another node is at it.</summary>
    /// <returns>How many entries were linked.</returns>
    public async Task<int> LinkAsync(CancellationToken cancellationToken)
    {
        var (linked, last) = (0, 0);
        do
        {
            last = await LinkBatchAsync(cancellationToken);
            linked += last;
        }
        while (last == BatchSize);
        return linked;
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => LinkAsync(cancellationToken);

    private async Task<int> LinkBatchAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AllTenants.SeeAsync(connection, cancellationToken);
        // Before the heads are read: the one who had the turn before has committed by now.
        await using var turn = new NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({LockKey})", connection);
        if (await turn.ExecuteScalarAsync(cancellationToken) is not true || await QueuedAsync(connection, cancellationToken) is not { Count: > 0 } entries)
        {
            return 0;
        }
        await WriteAsync(connection, Chain(entries, await HeadsAsync(connection, entries, cancellationToken)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return entries.Count;
    }

    private List<(AuditEntry Entry, long Sequence, byte[] Mac)> Chain(List<AuditEntry> entries, Dictionary<Guid, (long Sequence, byte[] Mac)> heads)
    {
        var links = new List<(AuditEntry, long, byte[])>(entries.Count);
        foreach (var entry in entries)
        {
            var (before, mac) = heads.GetValueOrDefault(entry.Tenant.Value, (0, AuditMac.Beginning));
            var head = (Sequence: before + 1, Mac: AuditMac.OfLink(keys.Links.Bytes, mac, before + 1, AuditMac.BytesOf(entry).WrittenSpan));
            heads[entry.Tenant.Value] = head;
            links.Add((entry, head.Sequence, head.Mac));
        }
        return links;
    }

    private async Task<List<AuditEntry>> QueuedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Queued, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = BatchSize } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(AuditRow.Read(reader, vault));
        }
        return entries;
    }

    private static async Task<Dictionary<Guid, (long Sequence, byte[] Mac)>> HeadsAsync(
        NpgsqlConnection connection, List<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Heads, connection)
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. entries.Select(entry => entry.Tenant.Value).Distinct()] } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var heads = new Dictionary<Guid, (long, byte[])>();
        while (await reader.ReadAsync(cancellationToken))
        {
            heads.Add(reader.GetGuid(0), (reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        }
        return heads;
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<(AuditEntry Entry, long Sequence, byte[] Mac)> links, CancellationToken cancellationToken)
    {
        NpgsqlParameter Tenants() => new NpgsqlParameter<Guid[]> { TypedValue = [.. links.Select(link => link.Entry.Tenant.Value)] };
        NpgsqlParameter Times() => new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. links.Select(link => link.Entry.At)] };
        NpgsqlParameter Ids() => new NpgsqlParameter<Guid[]> { TypedValue = [.. links.Select(link => link.Entry.Id)] };
        var patients = links.SelectMany(link => link.Entry.Patients.Select(patient => (link.Entry, Patient: patient))).ToList();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Link)
                {
                    Parameters =
                    {
                        Tenants(),
                        new NpgsqlParameter<long[]> { TypedValue = [.. links.Select(link => link.Sequence)] },
                        Times(),
                        Ids(),
                        new NpgsqlParameter<byte[][]> { TypedValue = [.. links.Select(link => link.Mac)] },
                        new NpgsqlParameter<string> { TypedValue = keys.Links.MasterKeyId },
                    },
                },
                new(Dequeue) { Parameters = { Tenants(), Times(), Ids() } },
                new(IndexPatients)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<Guid[]> { TypedValue = [.. patients.Select(p => p.Entry.Tenant.Value)] },
                        new NpgsqlParameter<Guid[]> { TypedValue = [.. patients.Select(p => p.Patient)] },
                        new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. patients.Select(p => p.Entry.At)] },
                        new NpgsqlParameter<Guid[]> { TypedValue = [.. patients.Select(p => p.Entry.Id)] },
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
