using System.Data;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Shared.Audit;

/// <summary>
/// Reads the whole access log once, entries and links side by side in one snapshot of the database, and holds it against its chain and the anchors:
/// what the owner of the database did to it shows, and where. It works beside a running installation.
/// </summary>
public sealed class AuditVerifier(PortalConnectionStrings connections, AuditKeys keys, AuditAnchors anchors, Vault vault)
{
    // Index scans of the primary keys, one after the other: a plain DISTINCT would read everything.
    private const string Tenants = """
        WITH RECURSIVE linked AS (
          (SELECT tenant_id FROM app.audit_link ORDER BY 1 LIMIT 1)
          UNION ALL SELECT (SELECT l.tenant_id FROM app.audit_link l WHERE l.tenant_id > linked.tenant_id ORDER BY 1 LIMIT 1) FROM linked WHERE linked.tenant_id IS NOT NULL),
        entered AS (
          (SELECT tenant_id FROM app.audit_entry ORDER BY 1 LIMIT 1)
          UNION ALL SELECT (SELECT e.tenant_id FROM app.audit_entry e WHERE e.tenant_id > entered.tenant_id ORDER BY 1 LIMIT 1) FROM entered WHERE entered.tenant_id IS NOT NULL)
        SELECT tenant_id FROM linked WHERE tenant_id IS NOT NULL UNION SELECT tenant_id FROM entered WHERE tenant_id IS NOT NULL
        UNION SELECT tenant_id FROM app.audit_unlinked UNION SELECT id FROM app.tenant ORDER BY 1
        """;

    // The database keeps times and nulls that no link or entry of ours has; whoever put them there must not stop the reading.
    private const string Queue = """
        SELECT least(greatest(at, '0002-01-01'), '9998-01-01'), entry_id, queued_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp()
        FROM app.audit_unlinked WHERE tenant_id = $1 ORDER BY at, entry_id
        """;

    private const string Links = """
        SELECT sequence, least(greatest(entry_at, '0002-01-01'), '9998-01-01'), entry_id, coalesce(mac, ''), coalesce(key_id, '')
        FROM app.audit_link WHERE tenant_id = $1 ORDER BY sequence
        """;

    private const string Entries = $"SELECT {AuditEntry.Columns}, mac, key_id FROM app.audit_entry WHERE tenant_id = $1 ORDER BY at, id";

    // Row by row: as many rows as there should be may still name another patient.
    private const string ListedOtherwise = """
        SELECT coalesce(due.at, listed.at), coalesce(due.id, listed.entry_id), count(*)
        FROM (
          SELECT e.at, e.id, patient FROM app.audit_link l JOIN app.audit_entry e ON e.tenant_id = $1 AND e.at = l.entry_at AND e.id = l.entry_id
          CROSS JOIN LATERAL unnest(CASE e.record_kind WHEN 'patient' THEN e.record_ids || e.patient_ids ELSE e.patient_ids END) patient WHERE l.tenant_id = $1) due
        FULL JOIN (SELECT at, entry_id, patient_id FROM app.audit_patient WHERE tenant_id = $1) listed
          ON listed.at = due.at AND listed.entry_id = due.id AND listed.patient_id = due.patient
        WHERE due.id IS NULL OR listed.entry_id IS NULL GROUP BY 1, 2 ORDER BY 1, 2
        """;

    /// <summary>With them goes the access log.</summary>
    private const string Books = nameof(Tenancy.Closing.Kept.Books);

    /// <param name="only">One tenant; null for all.</param>
    public async Task<AuditVerdict> VerifyAsync(Guid? only, CancellationToken cancellationToken)
    {
        var findings = new AuditFindings();
        // Before the snapshot: an anchor is never ahead of what the database had committed.
        var anchored = await AnchoredAsync(findings, only, cancellationToken);
        await using var first = new NpgsqlConnection(connections.Owner);
        await using var second = new NpgsqlConnection(connections.Owner);
        await first.OpenAsync(cancellationToken);
        await second.OpenAsync(cancellationToken);
        await using var one = await first.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var other = await second.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", first);
        // A snapshot's name is letters, digits and hyphens of PostgreSQL's own making, and the statement takes no parameters.
        await using var import = new NpgsqlCommand($"SET TRANSACTION SNAPSHOT '{await export.ExecuteScalarAsync(cancellationToken)}'", second);
        await import.ExecuteNonQueryAsync(cancellationToken);

        var chains = new List<VerifiedChain>();
        foreach (var tenant in (only is { } given ? [given] : await TenantsAsync(first, cancellationToken)).Union(anchored.Keys).ToList())
        {
            var check = new ChainCheck(tenant, keys, anchored.GetValueOrDefault(tenant) ?? [], findings);
            chains.Add(await CheckAsync(check, tenant, first, second, cancellationToken));
        }
        return new AuditVerdict(findings.All, chains, anchored.Values.Sum(a => a.Count));
    }

    private async Task<VerifiedChain> CheckAsync(
        ChainCheck check, Guid tenant, NpgsqlConnection first, NpgsqlConnection second, CancellationToken cancellationToken)
    {
        await using (var queue = await ReadAsync(first, Queue, tenant, cancellationToken))
        {
            while (await queue.ReadAsync(cancellationToken))
            {
                check.Waits(queue.GetFieldValue<DateTimeOffset>(0), queue.GetGuid(1), queue.GetBoolean(2));
            }
        }
        await using (var links = await ReadAsync(first, Links, tenant, cancellationToken))
        await using (var entries = await ReadAsync(second, Entries, tenant, cancellationToken))
        {
            var more = await entries.ReadAsync(cancellationToken);
            while (await links.ReadAsync(cancellationToken))
            {
                var link = new StoredLink(
                    links.GetInt64(0), links.GetFieldValue<DateTimeOffset>(1), links.GetGuid(2), links.GetFieldValue<byte[]>(3), links.GetString(4));
                // Entries up to the one that the link names; those between have links of their own further on, or none.
                while (more && !link.IsBefore(entries.GetFieldValue<DateTimeOffset>(2), entries.GetGuid(1)))
                {
                    check.Met(StoredEntry.Read(entries, vault));
                    more = await entries.ReadAsync(cancellationToken);
                }
                check.Follow(link);
            }
            for (; more; more = await entries.ReadAsync(cancellationToken))
            {
                check.Met(StoredEntry.Read(entries, vault));
            }
        }
        await using (var listed = await ReadAsync(first, ListedOtherwise, tenant, cancellationToken))
        {
            while (await listed.ReadAsync(cancellationToken))
            {
                check.ListedOtherwise(listed.GetFieldValue<DateTimeOffset>(0), listed.GetGuid(1), listed.GetInt64(2));
            }
        }
        return check.End(await SignedDeletion.FindAsync(first, tenant, Books, cancellationToken));
    }

    private async Task<Dictionary<Guid, SortedList<long, AuditAnchor>>> AnchoredAsync(AuditFindings findings, Guid? only, CancellationToken cancellationToken)
    {
        var anchored = new Dictionary<Guid, SortedList<long, AuditAnchor>>();
        await foreach (var (place, anchor) in anchors.ReadAsync(cancellationToken))
        {
            if (anchor is null)
            {
                findings.Add(new AuditFinding(AuditFault.AnchorForged, null, Place: place));
            }
            else if (only is null || anchor.Tenant == only)
            {
                // The oldest of a sequence counts: it was there before whoever came later.
                (anchored.TryGetValue(anchor.Tenant, out var known) ? known : anchored[anchor.Tenant] = []).TryAdd(anchor.Sequence, anchor);
            }
        }
        return anchored;
    }

    private static async Task<List<Guid>> TenantsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Tenants, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tenants = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tenants.Add(reader.GetGuid(0));
        }
        return tenants;
    }

    private static async Task<NpgsqlDataReader> ReadAsync(NpgsqlConnection connection, string sql, Guid tenant, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0, Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenant } } };
        return await command.ExecuteReaderAsync(cancellationToken);
    }
}
