using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>What became of one tenant's folder.</summary>
public enum ImportOutcome
{
    Created,
    Unchanged,
    Changed,

    /// <summary>The files differ from the database, and only <c>tenants apply</c> may change a known tenant.</summary>
    Differs,

    /// <summary>Somebody changed the settings in the portal since the files were applied.</summary>
    Refused,

    /// <summary>The name is that of a desk, or of a tenant where a desk was to be.</summary>
    Taken,

    /// <summary>Something relies on what the files leave out, such as appointments on their service.</summary>
    InUse,
}

/// <summary>One tenant's folder, and what became of it.</summary>
public sealed record ImportedTenant(string Identifier, ImportOutcome Outcome)
{
    /// <summary>What relies on what the files leave out; null but for <see cref="ImportOutcome.InUse"/>.</summary>
    public Error? InUse { get; init; }
}

/// <summary>
/// Brings <c>tenants/</c> into the database, as the owner role. Start-up imports tenants that are not known yet;
/// <c>tenants apply</c> also adds a new version of those whose files changed, unless somebody changed them in the portal since.
/// </summary>
/// <param name="uses">Null where nothing can rely on any settings, because there is no module: only folders are brought in.</param>
public sealed class TenantImport(PortalConnectionStrings connections, TimeProvider clock, SettingsUse? uses = null)
{
    private const string FromFiles = "files";

    public async Task<IReadOnlyList<ImportedTenant>> RunAsync(
        IEnumerable<DeskDefinition> desks, IEnumerable<TenantDefinition> tenants, bool apply, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connections.Owner);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var serialise = new NpgsqlCommand("SELECT pg_advisory_xact_lock(4202611223)", connection))
        {
            await serialise.ExecuteNonQueryAsync(cancellationToken);
        }
        foreach (var desk in desks)
        {
            await ExecuteAsync(connection, $"""
                INSERT INTO app.desk (id, identifier, settings, logo)
                SELECT $1, $2, $3::jsonb, $4 WHERE NOT EXISTS (SELECT 1 FROM app.tenant WHERE identifier = $2)
                ON CONFLICT (identifier) DO UPDATE SET {(apply ? "settings = excluded.settings, logo = excluded.logo" : "logo = coalesce(app.desk.logo, excluded.logo)")}
                """, cancellationToken, StableId.Of("desk", desk.Settings.Identifier), desk.Settings.Identifier, SettingsJson.Write(desk.Settings), desk.Logo);
        }
        var outcomes = new List<ImportedTenant>();
        foreach (var tenant in tenants)
        {
            outcomes.Add(await ImportAsync(connection, tenant, apply, cancellationToken));
        }
        await transaction.CommitAsync(cancellationToken);
        return outcomes;
    }

    private async Task<ImportedTenant> ImportAsync(NpgsqlConnection connection, TenantDefinition tenant, bool apply, CancellationToken cancellationToken)
    {
        ImportedTenant Became(ImportOutcome outcome) => new(tenant.Settings.Identifier, outcome);
        var json = SettingsJson.Write(tenant.Document);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        var id = StableId.Of("tenant", tenant.Settings.Identifier);
        if (await IsTakenAsync(connection, id, tenant.Settings.Identifier, cancellationToken))
        {
            return Became(ImportOutcome.Taken);
        }
        var (version, knownSha256, appliedBy) = await LatestAsync(connection, id, cancellationToken);
        if (version > 0)
        {
            var settled = knownSha256 == sha256 ? ImportOutcome.Unchanged
                : appliedBy != FromFiles ? ImportOutcome.Refused
                : apply ? ImportOutcome.Changed
                : ImportOutcome.Differs;
            if (settled != ImportOutcome.Changed)
            {
                return Became(settled);
            }
            if (uses is not null && await uses.RefuseAsync(id, tenant.Settings, cancellationToken) is { } used)
            {
                return Became(ImportOutcome.InUse) with { InUse = used };
            }
        }
        var now = clock.GetUtcNow();
        await ExecuteAsync(connection, "INSERT INTO app.tenant (id, identifier, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            cancellationToken, id, tenant.Settings.Identifier, now);
        await ExecuteAsync(connection,
            "INSERT INTO app.tenant_settings (tenant_id, version, settings, sha256, applied_at, applied_by, starts_at) VALUES ($1, $2, $3::jsonb, $4, $5, $6, $5)",
            cancellationToken, id, version + 1, json, sha256, now, FromFiles);
        if (tenant.Settings.Open)
        {
            await OpenAsync(connection, id, now, cancellationToken);
        }
        await CoverAsync(connection, id, tenant.Settings, now, cancellationToken);
        return Became(version == 0 ? ImportOutcome.Created : ImportOutcome.Changed);
    }

    /// <summary>Opens a draft: from now on its host answers.</summary>
    /// <returns>False when there is no such draft.</returns>
    public async Task<bool> OpenAsync(string identifier, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connections.Owner);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await OpenAsync(connection, StableId.Of("tenant", identifier), clock.GetUtcNow(), cancellationToken) == 1;
    }

    private static Task<int> OpenAsync(NpgsqlConnection connection, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "UPDATE app.tenant SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL", cancellationToken, id, now);

    /// <summary>A host is either an association's or a desk's, and an association's is one association's for good.</summary>
    private static async Task<bool> IsTakenAsync(NpgsqlConnection connection, Guid id, string identifier, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT EXISTS (SELECT 1 FROM app.desk WHERE identifier = $2)
              OR EXISTS (SELECT 1 FROM app.tenant WHERE identifier = $2 AND (id <> $1 OR books_deleted_at IS NOT NULL))
            """, connection)
        {
            Parameters = { new() { Value = id }, new() { Value = identifier } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The desk that the settings name gets scope from today on; another desk's open agreement ends.</summary>
    private static async Task CoverAsync(NpgsqlConnection connection, Guid tenantId, TenantSettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(settings.Zone)).DateTime);
        await ExecuteAsync(connection, """
            UPDATE app.cover_agreement SET revoked_at = $2, revoked_by_name = $4, revoked_side = $4
            WHERE tenant_id = $1 AND imported_at IS NOT NULL AND revoked_at IS NULL AND desk_id NOT IN (SELECT id FROM app.desk WHERE identifier = $3)
            """, cancellationToken, tenantId, now, settings.Desk ?? "", FromFiles);
        // What the two have agreed or revoked in the portal stands.
        await ExecuteAsync(connection, """
            INSERT INTO app.cover_agreement (desk_id, tenant_id, valid_from, imported_at)
            SELECT d.id, $1, $2, $4 FROM app.desk d WHERE d.identifier = $3
              AND NOT EXISTS (SELECT 1 FROM app.cover_agreement a WHERE a.desk_id = d.id AND a.tenant_id = $1 AND a.revoked_side IS DISTINCT FROM $5)
            """, cancellationToken, tenantId, today, settings.Desk ?? "", now, FromFiles);
    }

    private static async Task<(int Version, string? Sha256, string? AppliedBy)> LatestAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT version, sha256, applied_by FROM app.tenant_settings WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1", connection)
        {
            Parameters = { new() { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt32(0), reader.GetString(1), reader.GetString(2)) : (0, null, null);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
