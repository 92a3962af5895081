using System.Runtime.CompilerServices;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>What belongs to no module: settings with all their versions, agreements, hand-overs, the access log.</summary>
internal sealed class SharedPart(PortalSession session) : ITenantPart
{
    public string Name => "portal";

    /// <summary>Data keys go with what they sealed: from then on no backup can be read either.</summary>
    public IReadOnlyCollection<string> Charts { get; } = ["app.data_key"];

    public async Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        foreach (var (name, content) in SettingsArchive.Files(tenant.Document))
        {
            await archive.AddAsync($"settings/{tenant.Identifier}/{name}", content, cancellationToken);
        }
        await TableAsync(archive, "settings/versions.csv", "SELECT version, applied_at, applied_by, starts_at, sha256, settings::text FROM app.tenant_settings ORDER BY version", cancellationToken);
        await TableAsync(archive, "data/portal/cover_agreement.csv", "SELECT * FROM app.cover_agreement", cancellationToken);
        await TableAsync(archive, "data/portal/handover.csv", "SELECT * FROM app.tenant_handover ORDER BY requested_at", cancellationToken);
        await AccessLogAsync(archive, cancellationToken);
    }

    private async Task AccessLogAsync(TenantArchive archive, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT {AuditEntry.Columns}, mac, key_id FROM app.audit_entry ORDER BY at, id", await session.ConnectionAsync(cancellationToken));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var plain = Enumerable.Range(0, reader.FieldCount).Where(column => reader.GetName(column) != "sealed_details").ToList();
        await archive.AddTableAsync("audit/audit_entry.csv", [.. plain.Select(reader.GetName), "fields", "detail", "reason"], EntriesAsync(), cancellationToken);

        async IAsyncEnumerable<IEnumerable<object?>> EntriesAsync()
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var entry = AuditRow.Read(reader, session.Vault);
                yield return [.. plain.Select(reader.GetValue), entry.Fields, entry.Detail, entry.Reason];
            }
        }
    }

    private async Task TableAsync(TenantArchive archive, string path, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, await session.ConnectionAsync(cancellationToken));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await archive.AddTableAsync(path, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], RowsAsync(reader, cancellationToken), cancellationToken);
    }

    private static async IAsyncEnumerable<IEnumerable<object?>> RowsAsync(NpgsqlDataReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            yield return row;
        }
    }
}
