using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Shared.Secrets;

/// <summary>
/// <c>keys rotate [--tenant x]</c>: a new data key, and everything sealed anew with it; broken off, the next call goes on with the same key.
/// <c>keys rewrap</c>: all keys under the current master key, after which an older one may be taken away. Both beside running nodes.
/// </summary>
public sealed class KeyCommands(
    PortalConnectionStrings connections, TenantDirectory directory, TenantKeys keys, FormKeys formKeys, Resealing resealing, TimeProvider clock)
{
    /// <summary>By then every node seals with the new key, and what was being written with the old one is written.</summary>
    private static readonly TimeSpan NodesTakeIt = 2 * TenantKeyWatch.LookEvery;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        await directory.LoadAsync(cancellationToken);
        switch (args)
        {
            case ["rewrap"]:
                Console.WriteLine($"{await RewrapAsync(cancellationToken)} keys rewrapped");
                return 0;
            case ["rotate"]:
                return await RotateAsync(directory.Tenants, cancellationToken);
            case ["rotate", "--tenant", var identifier] when directory.ByIdentifier(identifier) is { } tenant:
                return await RotateAsync([tenant], cancellationToken);
            case ["rotate", "--tenant", var identifier]:
                Console.Error.WriteLine($"There is no association {identifier}.");
                return 2;
            default:
                Console.Error.WriteLine("usage: keys rotate [--tenant <identifier>] | keys rewrap");
                return 2;
        }
    }

    private async Task<int> RotateAsync(IReadOnlyCollection<TenantInfo> tenants, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connections.Owner);
        await using var owner = await source.OpenConnectionAsync(cancellationToken);
        var due = new List<(TenantInfo Tenant, int Version)>();
        foreach (var tenant in tenants)
        {
            due.Add((tenant, await BeginAsync(owner, tenant.Id, cancellationToken)));
        }
        var begun = clock.GetTimestamp();
        var sealedAnew = due.ToDictionary(d => d.Tenant.Id, _ => 0);
        foreach (var (tenant, _) in due)
        {
            sealedAnew[tenant.Id] = (await resealing.PassAsync(owner, tenant.Id, cancellationToken)).Sealed;
        }
        if (NodesTakeIt - clock.GetElapsedTime(begun) is { Ticks: > 0 } left)
        {
            await Task.Delay(left, clock, cancellationToken);
        }
        var failed = false;
        foreach (var (tenant, version) in due)
        {
            var (count, tampered) = await resealing.PassAsync(owner, tenant.Id, cancellationToken);
            await using var done = new NpgsqlCommand("UPDATE app.data_key SET rotated_at = $3 WHERE tenant_id = $1 AND version = $2", owner)
            {
                Parameters = { new() { Value = tenant.Id }, new() { Value = version }, new() { Value = clock.GetUtcNow() } },
            };
            await done.ExecuteNonQueryAsync(cancellationToken);
            Console.WriteLine($"{tenant.Identifier}: key {version}, {sealedAnew[tenant.Id] + count} values sealed anew"
                + (tampered > 0 ? $", {tampered} tampered with and left as they are" : ""));
            failed |= tampered > 0;
        }
        return failed ? 1 : 0;
    }

    /// <returns>The number of the key to seal with: a new one, or that of a rotation that was broken off.</returns>
    private async Task<int> BeginAsync(NpgsqlConnection owner, Guid tenantId, CancellationToken cancellationToken)
    {
        await keys.LoadAsync([tenantId], cancellationToken);
        var newest = keys.Current(tenantId).Version;
        await using var state = new NpgsqlCommand("SELECT rotated_at FROM app.data_key WHERE tenant_id = $1 AND version = $2", owner)
        {
            Parameters = { new() { Value = tenantId }, new() { Value = newest } },
        };
        if (newest == 1 || await state.ExecuteScalarAsync(cancellationToken) is DateTime)
        {
            await keys.AddAsync(owner, tenantId, newest + 1, cancellationToken);
            await keys.LoadAsync([tenantId], cancellationToken);
        }
        return keys.Current(tenantId).Version;
    }

    private async Task<int> RewrapAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connections.Owner);
        await using var owner = await source.OpenConnectionAsync(cancellationToken);
        var wrapped = new List<(Guid Tenant, int Version, string MasterKeyId, byte[] Wrapped)>();
        await using (var read = new NpgsqlCommand("SELECT tenant_id, version, master_key_id, wrapped FROM app.data_key WHERE master_key_id <> $1", owner)
        {
            Parameters = { new() { Value = keys.MasterKeyId } },
        })
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                wrapped.Add((reader.GetGuid(0), reader.GetInt32(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3)));
            }
        }
        foreach (var (tenant, version, id, key) in wrapped)
        {
            var (under, anew) = keys.Wrap(tenant, version, keys.Unwrap(tenant, version, id, key));
            await using var update = new NpgsqlCommand("UPDATE app.data_key SET master_key_id = $3, wrapped = $4 WHERE tenant_id = $1 AND version = $2", owner)
            {
                Parameters = { new() { Value = tenant }, new() { Value = version }, new() { Value = under }, new() { Value = anew } },
            };
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
        return wrapped.Count + await formKeys.RenewAsync(cancellationToken);
    }
}
