using System.Collections.Frozen;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy;

public sealed record PortalHostOptions
{
    /// <summary>The sign-in host; associations and desks are one label below it.</summary>
    public string BaseDomain { get; init; } = "localhost";

    /// <summary>
    /// The sign-in host as people reach it, for links in mails, such as <c>https://portal.example</c>: never taken from a request, whose
    /// sender could have them lead elsewhere. Without it, where the server listens.
    /// </summary>
    public Uri? Address { get; init; }
}

/// <summary>
/// All opened associations and all desks, in memory, re-read when they changed. Requests never wait for it. An association that is
/// still a draft is not here: its host is unknown, no desk serves it, no membership leads into it.
/// </summary>
public sealed class TenantDirectory(
    NpgsqlDataSource dataSource, IOptions<PortalHostOptions> options, DatabaseReadiness readiness, TimeProvider clock, ILogger<TenantDirectory> logger)
    : RepeatedTask(TimeSpan.FromSeconds(5), readiness, clock, logger), ITenantResolver
{
    private static readonly string[] OwnNames = ["127.0.0.1", "[::1]"];

    private readonly string baseDomain = options.Value.BaseDomain;
    private Snapshot current = Snapshot.Empty;

    public IReadOnlyCollection<TenantInfo> Tenants => current.ById.Values;

    public IReadOnlyCollection<DeskInfo> Desks => current.Desks.Values;

    public TenantInfo? ByIdentifier(string identifier) => current.ByIdentifier.GetValueOrDefault(identifier);

    public TenantInfo? ById(Guid id) => current.ById.GetValueOrDefault(id);

    public DeskInfo? DeskById(Guid id) => current.DesksById.GetValueOrDefault(id);

    public PortalHost? ByHost(string host)
    {
        if (host.Equals(baseDomain, StringComparison.OrdinalIgnoreCase) || OwnNames.Contains(host))
        {
            return PortalHost.SignIn;
        }
        if (host.Length <= baseDomain.Length || host[^(baseDomain.Length + 1)] != '.' || !host.EndsWith(baseDomain, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        var label = host[..^(baseDomain.Length + 1)].ToLowerInvariant();
        return ByIdentifier(label) is { } tenant ? new PortalHost(tenant, null)
            : current.Desks.TryGetValue(label, out var desk) ? new PortalHost(null, desk)
            : null;
    }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AllTenants.SeeAsync(connection, cancellationToken);
        var now = Clock.GetUtcNow();
        var state = await StateAsync(connection, now, cancellationToken);
        if (state == current.State)
        {
            return;
        }
        var tenants = await ReadAsync(connection, """
            SELECT t.id, t.identifier, s.version, s.settings::text, t.closes_on FROM app.tenant t
            JOIN LATERAL (
              SELECT version, settings FROM app.tenant_settings WHERE tenant_id = t.id AND starts_at <= $1 ORDER BY version DESC LIMIT 1) s ON true
            WHERE t.opened_at <= $1
            """, now,
            row => new TenantInfo(row.GetGuid(0), row.GetString(1), row.GetInt32(2), SettingsJson.Read<TenantDocument>(row.GetString(3)))
            {
                ClosesOn = row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4),
            }, cancellationToken);
        var agreements = (await ReadAsync(connection, """
            SELECT desk_id, tenant_id, valid_from, valid_until, nights FROM app.cover_agreement
            WHERE revoked_at IS NULL AND (imported_at IS NOT NULL OR association_signed_at IS NOT NULL AND desk_signed_at IS NOT NULL)
            """, null,
            row => (Desk: row.GetGuid(0), Agreement: new CoverAgreement(
                row.GetGuid(1), row.GetFieldValue<DateOnly>(2), row.IsDBNull(3) ? null : row.GetFieldValue<DateOnly>(3), row.GetInt32(4))),
            cancellationToken)).Where(a => tenants.Exists(t => t.Id == a.Agreement.TenantId && !t.IsHeldAt(now))).ToLookup(a => a.Desk, a => a.Agreement);
        var desks = await ReadAsync(connection, "SELECT id, identifier, settings::text, logo FROM app.desk", null,
            row => new DeskInfo(
                row.GetGuid(0), row.GetString(1), SettingsJson.Read<DeskSettings>(row.GetString(2)), [.. agreements[row.GetGuid(0)]],
                row.IsDBNull(3) ? null : row.GetString(3)), cancellationToken);
        current = new Snapshot(state,
            tenants.ToFrozenDictionary(t => t.Id), tenants.ToFrozenDictionary(t => t.Identifier),
            desks.ToFrozenDictionary(d => d.Identifier), desks.ToFrozenDictionary(d => d.Id));
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Differs as soon as something else is in force, also because its time has come.</summary>
    private static async Task<string> StateAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT format('%s/%s/%s/%s/%s', (SELECT count(*) FROM app.tenant_settings WHERE starts_at <= $1), (SELECT max(applied_at) FROM app.tenant_settings),
              (SELECT md5(string_agg(concat(t::text, t.opened_at <= $1, t.closes_on < ($1 AT TIME ZONE 'Asia/Tokyo')::date), ',' ORDER BY t.id)) FROM app.tenant t),
              (SELECT md5(string_agg(d.identifier || d.settings::text || coalesce(d.logo, ''), ',' ORDER BY d.id)) FROM app.desk d),
              (SELECT md5(string_agg(a::text, ',' ORDER BY a::text)) FROM app.cover_agreement a))
            """, connection)
        {
            Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = now } },
        };
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <param name="now">The statement's <c>$1</c>, where it asks what is in force.</param>
    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, DateTimeOffset? now, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var command = new NpgsqlCommand(sql, connection);
        if (now is { } at)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = at });
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private sealed record Snapshot(
        string State, FrozenDictionary<Guid, TenantInfo> ById, FrozenDictionary<string, TenantInfo> ByIdentifier,
        FrozenDictionary<string, DeskInfo> Desks, FrozenDictionary<Guid, DeskInfo> DesksById)
    {
        public static Snapshot Empty { get; } = new("", FrozenDictionary<Guid, TenantInfo>.Empty, FrozenDictionary<string, TenantInfo>.Empty,
            FrozenDictionary<string, DeskInfo>.Empty, FrozenDictionary<Guid, DeskInfo>.Empty);
    }
}
