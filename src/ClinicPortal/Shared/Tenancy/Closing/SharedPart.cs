using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>
/// What belongs to no module: settings with all their versions, agreements, hand-overs, the access log. The data keys go with the books:
/// the access log says in words what happened, encrypted under them too.
/// </summary>
internal sealed class SharedPart(PortalSession session) : ITenantPart
{
    public string Name => "portal";

    public IReadOnlyDictionary<string, string> LeftOut { get; } = new Dictionary<string, string>
    {
        ["app.data_key"] = "opens what is encrypted in the database; here everything is in the clear",
        ["app.audit_unlinked"] = "entries that wait a second for their link",
        ["app.audit_patient"] = "follows from the patients that the entries name",
        ["app.work_item"] = "what the portal still has to do",
    };

    public async Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken)
    {
        foreach (var (name, content) in SettingsArchive.Files(tenant.Document))
        {
            await archive.AddAsync($"settings/{tenant.Identifier}/{name}", content, cancellationToken);
        }
        await TableAsync(archive, "settings/tenant_settings.csv", "SELECT version, applied_at, applied_by, starts_at, sha256, settings::text FROM app.tenant_settings ORDER BY version", cancellationToken);
        await TableAsync(archive, "data/portal/cover_agreement.csv", "SELECT * FROM app.cover_agreement", cancellationToken);
        await TableAsync(archive, "data/portal/cover_agreement_event.csv", "SELECT * FROM app.cover_agreement_event ORDER BY at, id", cancellationToken);
        await TableAsync(archive, "data/portal/tenant_handover.csv", "SELECT * FROM app.tenant_handover ORDER BY requested_at", cancellationToken);
        await AccessLogAsync(archive, cancellationToken);
        await TableAsync(archive, "audit/audit_link.csv", "SELECT * FROM app.audit_link ORDER BY sequence", cancellationToken);
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
        await archive.AddTableAsync(path, command, cancellationToken);
    }
}
