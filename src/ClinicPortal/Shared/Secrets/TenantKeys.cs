using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Shared.Secrets;

/// <summary>One of an association's data keys.</summary>
internal sealed record TenantKey(int Version, byte[] Bytes);

/// <summary>
/// The associations' data keys, opened, in this node's memory. In the database they lie wrapped under the master key. An association gets its first
/// when it is imported, or when something of it is first sealed; a rotation adds one, and the older go on opening what they sealed.
/// </summary>
public sealed class TenantKeys(
    MasterKeys masterKeys, [FromKeyedServices(SharedRegistration.BesideTheRequest)] NpgsqlDataSource dataSource, TimeProvider clock)
{
    internal const string Purpose = "data keys";

    /// <summary>Newest first.</summary>
    private readonly ConcurrentDictionary<Guid, TenantKey[]> known = new();

    internal string MasterKeyId => masterKeys.CurrentId;

    internal TenantKey Current(Guid tenantId) => (known.TryGetValue(tenantId, out var keys) ? keys : Load(tenantId))[0];

    /// <returns>Null when the association has no such key.</returns>
    internal TenantKey? Find(Guid tenantId, int version)
    {
        return Among(known.GetValueOrDefault(tenantId, [])) ?? Among(Load(tenantId));

        TenantKey? Among(TenantKey[] keys) => Array.Find(keys, key => key.Version == version);
    }

    /// <summary>Reads the associations' keys anew, and makes a first one for those that have none.</summary>
    /// <exception cref="UnknownMasterKeyException">One is wrapped under a master key that is not configured here.</exception>
    public async Task LoadAsync(IReadOnlyCollection<Guid> tenantIds, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var scope = new TenantScope();
        scope.Set(tenantIds.Select(id => new TenantId(id)));
        await using (var setting = new NpgsqlBatch(connection, transaction) { BatchCommands = { scope.SettingCommand() } })
        {
            await setting.ExecuteNonQueryAsync(cancellationToken);
        }
        await ReadAsync(connection, cancellationToken);
        Guid[] without = [.. tenantIds.Where(id => !known.ContainsKey(id))];
        if (without.Length > 0)
        {
            foreach (var id in without)
            {
                await AddAsync(connection, id, 1, cancellationToken);
            }
            await ReadAsync(connection, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Adds a data key, unless there is one of that number.</summary>
    internal async Task AddAsync(NpgsqlConnection connection, Guid tenantId, int version, CancellationToken cancellationToken)
    {
        var (masterKeyId, wrapped) = Wrap(tenantId, version, RandomNumberGenerator.GetBytes(MasterKeys.KeyBytes));
        await using var insert = new NpgsqlCommand(
            "INSERT INTO app.data_key (tenant_id, version, master_key_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", connection)
        {
            Parameters =
            {
                new() { Value = tenantId }, new() { Value = version }, new() { Value = masterKeyId }, new() { Value = wrapped }, new() { Value = clock.GetUtcNow() },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    internal (string MasterKeyId, byte[] Wrapped) Wrap(Guid tenantId, int version, byte[] key)
    {
        var under = masterKeys.Derive(Purpose);
        return (under.MasterKeyId, SecretBox.Close(under.Bytes, key, Owner(tenantId, version)));
    }

    internal byte[] Unwrap(Guid tenantId, int version, string masterKeyId, byte[] wrapped)
    {
        var under = masterKeys.Derive(Purpose, masterKeyId);
        try
        {
            return SecretBox.Open(under.Bytes, wrapped, Owner(tenantId, version));
        }
        catch (CryptographicException cause)
        {
            throw new TamperedException("app.data_key.wrapped", tenantId, tenantId, cause);
        }
    }

    /// <summary>Waits for the database where only a value in memory was asked for: once for an association or a rotation, on each node.</summary>
    private TenantKey[] Load(Guid tenantId)
    {
        LoadAsync([tenantId], CancellationToken.None).GetAwaiter().GetResult();
        return known[tenantId];
    }

    private async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, List<TenantKey>>();
        await using var command = new NpgsqlCommand("SELECT tenant_id, version, master_key_id, wrapped FROM app.data_key ORDER BY version DESC", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (tenant, version) = (reader.GetGuid(0), reader.GetInt32(1));
            // A key keeps its bytes however often it is wrapped anew.
            var key = Array.Find(known.GetValueOrDefault(tenant, []), k => k.Version == version)
                ?? new TenantKey(version, Unwrap(tenant, version, reader.GetString(2), reader.GetFieldValue<byte[]>(3)));
            (found.TryGetValue(tenant, out var keys) ? keys : found[tenant] = []).Add(key);
        }
        foreach (var (tenant, keys) in found)
        {
            known[tenant] = [.. keys];
        }
    }

    private static byte[] Owner(Guid tenantId, int version) => [.. tenantId.ToByteArray(), .. Encoding.UTF8.GetBytes($"/{version}")];
}

/// <summary>Looks every few seconds whether an association's data key was rotated: from then on this node seals with the new one.</summary>
internal sealed class TenantKeyWatch(TenantKeys keys, ITenantResolver tenants, DatabaseReadiness readiness, TimeProvider clock, ILogger<TenantKeyWatch> logger)
    : RepeatedTask(LookEvery, readiness, clock, logger)
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => keys.LoadAsync([.. tenants.Tenants.Select(t => t.Id)], cancellationToken);
}
