using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace ClinicPortal.Shared.Secrets;

/// <summary>The model of one module's context, made when it is asked for.</summary>
public sealed record ModuleModel(Func<IModel> Read);

/// <summary>Seals everything of an association anew with its current key, in small batches beside the running nodes, which read both keys' boxes meanwhile.</summary>
public sealed class Resealing(IEnumerable<ModuleModel> models, Vault vault, TenantKeys keys, ILogger<Resealing> logger)
{
    private const int BatchRows = 500;

    /// <summary>Of no module and no model.</summary>
    private static readonly StoredColumn AuditDetails = new(AuditEntry.SealedColumn, ["at", "id"]);

    /// <returns>How many boxes were sealed anew, and how many could not be opened and stay as they are.</returns>
    public async Task<(int Sealed, int Tampered)> PassAsync(NpgsqlConnection owner, Guid tenantId, CancellationToken cancellationToken)
    {
        var (count, tampered) = (0, 0);
        foreach (var column in models.SelectMany(module => SealedColumns.Of(module.Read())).Select(StoredColumn.Of).Append(AuditDetails))
        {
            object[]? after = null;
            do
            {
                var batch = await ReadAsync(owner, column, tenantId, after, cancellationToken);
                after = batch is [.., var last] ? last.Key : null;
                await using var updates = new NpgsqlBatch(owner);
                foreach (var (key, id, box) in batch)
                {
                    try
                    {
                        updates.BatchCommands.Add(column.Update(tenantId, key, box, vault.Close(column.Name, tenantId, id, vault.Open(column.Name, tenantId, id, box))));
                    }
                    catch (TamperedException found)
                    {
                        tampered++;
                        logger.LogError("{Found}", found.Message);
                    }
                }
                count += updates.BatchCommands.Count == 0 ? 0 : await updates.ExecuteNonQueryAsync(cancellationToken);
            }
            while (after is not null);
        }
        return (count, tampered);
    }

    private async Task<List<(object[] Key, Guid Id, byte[] Box)>> ReadAsync(
        NpgsqlConnection owner, StoredColumn column, Guid tenantId, object[]? after, CancellationToken cancellationToken)
    {
        var rows = new List<(object[], Guid, byte[])>();
        await using var command = column.Select(tenantId, Vault.Header(keys.Current(tenantId).Version), after, BatchRows);
        command.Connection = owner;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(([.. Enumerable.Range(2, reader.FieldCount - 2).Select(reader.GetValue)], reader.GetGuid(0), reader.GetFieldValue<byte[]>(1)));
        }
        return rows;
    }

    /// <summary>An encrypted column, named with schema and table, and the rest of its table's key after the association.</summary>
    private sealed class StoredColumn(string name, string[] key)
    {
        private readonly string table = string.Join('.', name.Split('.')[..2].Select(part => $"\"{part}\""));
        private readonly string column = $"\"{name.Split('.')[2]}\"";

        public string Name => name;

        public static StoredColumn Of(IProperty property) => new(SealedColumns.Name(property),
        [
            .. property.DeclaringType.ContainingEntityType.FindPrimaryKey()!.Properties.Where(p => p.Name != nameof(ITenantOwned.TenantId)).Select(p => p.GetColumnName()),
        ]);

        public NpgsqlCommand Select(Guid tenantId, byte[] current, object[]? after, int limit)
        {
            var names = string.Join(", ", key);
            var beyond = after is null ? "" : $"AND ({names}) > ({string.Join(", ", key.Select((_, i) => $"${i + 3}"))})";
            var command = new NpgsqlCommand($"""
                SELECT id, {column}, {names} FROM {table}
                WHERE tenant_id = $1 AND substring({column} FROM 1 FOR {Vault.HeaderBytes}) <> $2 {beyond} ORDER BY {names} LIMIT {limit}
                """)
            {
                Parameters = { new() { Value = tenantId }, new() { Value = current } },
            };
            foreach (var value in after ?? [])
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }
            return command;
        }

        /// <summary>Only if nobody wrote meanwhile: whoever did has sealed it with the new key.</summary>
        public NpgsqlBatchCommand Update(Guid tenantId, object[] row, byte[] before, byte[] now)
        {
            var command = new NpgsqlBatchCommand(
                $"UPDATE {table} SET {column} = $1 WHERE tenant_id = $2 AND {column} = $3{string.Concat(key.Select((name, i) => $" AND {name} = ${i + 4}"))}")
            {
                Parameters = { new() { Value = now }, new() { Value = tenantId }, new() { Value = before } },
            };
            foreach (var value in row)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }
            return command;
        }
    }
}
