using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>An association as the platform operator's list has it.</summary>
/// <param name="OpenedAt">Null while it is a draft.</param>
/// <param name="ClosesOn">Its last day, once that is announced.</param>
public sealed record AssociationRow(
    Guid Id, string Identifier, DateTimeOffset CreatedAt, DateTimeOffset? OpenedAt, DateOnly? ClosesOn, DateTimeOffset? ChartsDeletedAt, DateTimeOffset? BooksDeletedAt)
{
    public bool IsOpen => OpenedAt is not null;
}

/// <param name="Rows">How many rows of all tables.</param>
/// <param name="ManifestSha256">Of the manifest of what had been handed over before.</param>
public sealed record DeletionRow(string Kind, long Rows, DateTimeOffset DeletedAt, string ManifestSha256);

/// <summary>One version of an association's settings, complete or still being written.</summary>
/// <param name="Number">From 1; never reused.</param>
/// <param name="StartsAt">In force from then on, until a later version's time comes.</param>
public sealed record SettingsVersion(int Number, string Json, DateTimeOffset AppliedAt, string AppliedBy, DateTimeOffset StartsAt);

/// <summary>
/// The versions of settings in the database, for who writes them in the portal. Versions are added and never changed; who adds one
/// says which they saw last, and is refused when there is a later one.
/// </summary>
public sealed class SettingsVersions(PortalSession session, CurrentUser user, TimeProvider clock)
{
    private const string Columns = "SELECT id, identifier, created_at, opened_at, closes_on, charts_deleted_at, books_deleted_at FROM app.tenant";

    public Task<List<AssociationRow>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync($"{Columns} ORDER BY opened_at IS NOT NULL, identifier", Row, cancellationToken);

    public async Task<AssociationRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await ReadAsync($"{Columns} WHERE id = $1", Row, cancellationToken, id)).SingleOrDefault();

    /// <summary>Latest first; empty for an association outside of the scope.</summary>
    public Task<List<SettingsVersion>> AllAsync(Guid id, CancellationToken cancellationToken) => ReadAsync(
        "SELECT version, settings::text, applied_at, applied_by, starts_at FROM app.tenant_settings WHERE tenant_id = $1 ORDER BY version DESC",
        row => new SettingsVersion(row.GetInt32(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4)),
        cancellationToken, id);

    /// <returns>False when the name is an association's or a desk's already, also of one that was closed.</returns>
    public async Task<bool> RegisterAsync(Guid id, string identifier, CancellationToken cancellationToken) => await ExecuteAsync("""
        INSERT INTO app.tenant (id, identifier, created_at)
        SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM app.desk WHERE identifier = $2)
        ON CONFLICT DO NOTHING
        """, cancellationToken, id, identifier, clock.GetUtcNow()) == 1;

    /// <param name="after">The version that the writer saw; 0 for the first.</param>
    /// <param name="sha256">Of the complete document, by which the files are known to be the same.</param>
    /// <returns>False when somebody added one meanwhile, or a later start is planned already.</returns>
    public async Task<bool> AddAsync(Guid id, int after, string json, string sha256, DateTimeOffset startsAt, CancellationToken cancellationToken) => await ExecuteAsync("""
        INSERT INTO app.tenant_settings (tenant_id, version, settings, sha256, applied_at, applied_by, starts_at)
        SELECT $1, $2 + 1, $3::jsonb, $4, $5, $6, $7
        WHERE $2 = (SELECT coalesce(max(version), 0) FROM app.tenant_settings WHERE tenant_id = $1)
        ON CONFLICT DO NOTHING
        """, cancellationToken, id, after, json, sha256, clock.GetUtcNow(), user.Name, startsAt) == 1;

    /// <returns>False when it is open already.</returns>
    public async Task<bool> OpenAsync(Guid id, CancellationToken cancellationToken) => await ExecuteAsync(
        "UPDATE app.tenant SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL", cancellationToken, id, clock.GetUtcNow()) == 1;

    /// <param name="lastDay">Null takes the closing back.</param>
    public async Task CloseAsync(Guid id, DateOnly? lastDay, CancellationToken cancellationToken) =>
        await ExecuteAsync("UPDATE app.tenant SET closes_on = $2 WHERE id = $1 AND opened_at IS NOT NULL", cancellationToken, id, (object?)lastDay ?? DBNull.Value);

    public Task<List<DeletionRow>> DeletionsAsync(Guid id, CancellationToken cancellationToken) => ReadAsync("""
        SELECT kind, coalesce((SELECT sum(value::bigint) FROM jsonb_each_text(rows)), 0)::bigint, deleted_at, manifest_sha256
        FROM app.tenant_deletion WHERE association_id = $1 ORDER BY deleted_at
        """, row => new DeletionRow(row.GetString(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3)), cancellationToken, id);

    private static AssociationRow Row(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), At(row, 3), row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4), At(row, 5), At(row, 6));

    private static DateTimeOffset? At(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = await CommandAsync(sql, values, cancellationToken);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        var rows = new List<T>();
        await using var command = await CommandAsync(sql, values, cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private async Task<NpgsqlCommand> CommandAsync(string sql, object[] values, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, await session.ConnectionAsync(cancellationToken));
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
        return command;
    }
}
