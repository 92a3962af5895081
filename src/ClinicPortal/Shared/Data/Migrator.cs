using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Shared.Data;

/// <summary>
/// Applies the numbered SQL files of Shared and of each module, in order, once, as the owner role. A file that was applied
/// must never change: its checksum is kept.
/// </summary>
public sealed class Migrator(PortalConnectionStrings connections, Vault vault, ILogger<Migrator> logger)
{
    /// <summary>Order in which modules are migrated; later ones may not refer to earlier ones' tables anyway.</summary>
    private static readonly string[] Order =
        ["Shared", "Associations", "Identity", "Patients", "Coverage", "Roster", "NightDesk", "Telehealth", "Visits", "Billing"];

    private const long LockKey = 4_202_611_22;

    private const string PartitionsAhead = """
        DO $$ DECLARE parent regclass; BEGIN
          FOR parent IN SELECT partrelid::regclass FROM pg_partitioned_table LOOP
            CALL app.ensure_partitions(parent, 3);
          END LOOP;
        END $$
        """;

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connections.Owner);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellationToken);
        await ExecuteAsync(connection, """
            CREATE SCHEMA IF NOT EXISTS app;
            CREATE TABLE IF NOT EXISTS app.migration (
              module text NOT NULL, number int NOT NULL, name text NOT NULL, sha256 text NOT NULL,
              applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (module, number))
            """, cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        foreach (var script in Scripts())
        {
            if (applied.TryGetValue((script.Module, script.Number), out var checksum))
            {
                if (checksum != script.Sha256)
                {
                    throw new InvalidOperationException($"Migration {script.Module}/{script.Name} was changed after it had been applied.");
                }
                continue;
            }
            await ApplyAsync(connection, script, cancellationToken);
        }
        // An installation that stood still for months has outlived its stock.
        await ExecuteAsync(connection, PartitionsAhead, cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", cancellationToken);
    }

    /// <summary>Makes the coming months' partitions of every append-only table; the migrator and a daily task call it.</summary>
    public async Task EnsurePartitionsAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connections.Owner);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, PartitionsAhead, cancellationToken);
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Script script, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, ForRoles(script.Sql), cancellationToken);
        foreach (Match seal in Regex.Matches(script.Sql, @"^-- seal (\w+\.\w+)\.(\w+)$", RegexOptions.Multiline))
        {
            await SealAsync(connection, vault, seal.Groups[1].Value, seal.Groups[2].Value, cancellationToken);
        }
        await using var insert = new NpgsqlCommand("INSERT INTO app.migration (module, number, name, sha256) VALUES ($1, $2, $3, $4)", connection)
        {
            Parameters =
            {
                new() { Value = script.Module }, new() { Value = script.Number }, new() { Value = script.Name }, new() { Value = script.Sha256 },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        logger.LogInformation("Migrated {Module} {Name}", script.Module, script.Name);
    }

    /// <summary>Encrypts what a column holds in the open, in the transaction that made it: nothing else ever takes unencrypted bytes for a sealed value.</summary>
    internal static async Task SealAsync(NpgsqlConnection connection, Vault vault, string table, string column, CancellationToken cancellationToken)
    {
        var rows = new List<(Guid Tenant, Guid Id, byte[] Box)>();
        await using (var read = new NpgsqlCommand($"SELECT tenant_id, id, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY tenant_id, id", connection) { CommandTimeout = 0 })
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (tenant, id) = (reader.GetGuid(0), reader.GetGuid(1));
                rows.Add((tenant, id, vault.Close($"{table}.{column}", tenant, id, reader.GetFieldValue<byte[]>(2))));
            }
        }
        foreach (var batch in rows.Chunk(10_000))
        {
            await using var write = new NpgsqlCommand(
                $"UPDATE {table} t SET {column} = n.box FROM unnest($1, $2, $3) n (tenant_id, id, box) WHERE t.tenant_id = n.tenant_id AND t.id = n.id", connection)
            {
                CommandTimeout = 0,
                Parameters =
                {
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(r => r.Tenant)] },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(r => r.Id)] },
                    new NpgsqlParameter<byte[][]> { TypedValue = [.. batch.Select(r => r.Box)] },
                },
            };
            await write.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Scripts speak of portal_app and portal_owner; an outside database may have given the two roles other names.</summary>
    private string ForRoles(string sql)
    {
        var app = new NpgsqlConnectionStringBuilder(connections.App).Username ?? "portal_app";
        var owner = new NpgsqlConnectionStringBuilder(connections.Owner).Username ?? "portal_owner";
        sql = Regex.Replace(sql, @"\bportal_app\b", app == "portal_app" ? app : $"\"{app}\"");
        return Regex.Replace(sql, @"\bportal_owner\b", owner == "portal_owner" ? owner : $"\"{owner}\"");
    }

    private static async Task<Dictionary<(string Module, int Number), string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<(string, int), string>();
        await using var command = new NpgsqlCommand("SELECT module, number, sha256 FROM app.migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            applied[(reader.GetString(0), reader.GetInt32(1))] = reader.GetString(2);
        }
        return applied;
    }

    private static IEnumerable<Script> Scripts()
    {
        var assembly = typeof(Migrator).Assembly;
        var scripts =
            from resource in assembly.GetManifestResourceNames()
            let match = Regex.Match(resource, @"^migrations/(?:Modules/)?(?<module>\w+)/(?:Data/)?Migrations/(?<name>(?<number>\d{4})_\w+)\.sql$")
            where match.Success
            let module = match.Groups["module"].Value
            let number = int.Parse(match.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture)
            orderby Position(module), number
            select (resource, module, number, name: match.Groups["name"].Value);
        foreach (var (resource, module, number, name) in scripts)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var sql = reader.ReadToEnd();
            yield return new Script(module, number, name, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        }
    }

    private static int Position(string module) => Array.IndexOf(Order, module) is var index and >= 0
        ? index
        : throw new InvalidOperationException($"Module {module} has migrations but no place in {nameof(Migrator)}.{nameof(Order)}.");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record Script(string Module, int Number, string Name, string Sql, string Sha256);
}
