using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>One database of a test class, with all demonstration data; dropped at the end.</summary>
public sealed class PortalTestDatabase(PortalPostgres postgres, string name, PortalConnectionStrings connections) : IAsyncDisposable
{
    public string Name => name;

    public PortalConnectionStrings Connections => connections;

    /// <summary>What all nodes on this database have sent.</summary>
    public SentMails Mails { get; } = new();

    public SentMessages Messages { get; } = new();

    /// <summary>Where nodes on this database keep anchors of the access log.</summary>
    public string AnchorDirectory { get; } = Path.Combine(Path.GetTempPath(), $"portal-anchors-{Guid.NewGuid():N}");

    /// <summary>The owner role, which sees every row.</summary>
    public NpgsqlDataSource Owner { get; } = NpgsqlDataSource.Create(connections.Owner);

    /// <summary>The restricted role that serves requests.</summary>
    public NpgsqlDataSource App { get; } = NpgsqlDataSource.Create(connections.App);

    /// <summary>Opens and seals encrypted columns as the nodes do.</summary>
    public Vault Vault => field ??= new Vault(new TenantKeys(MasterKeys.Of(PortalNode.MasterKey), App, TimeProvider.System));

    /// <summary>Runs SQL as the owner; parameters are <c>$1</c>, <c>$2</c>, ….</summary>
    public async Task<int> ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>One value, read as the owner.</summary>
    public async Task<T> ReadAsync<T>(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException($"No row: {sql}"));
    }

    /// <summary>The first column of all rows, read as the owner.</summary>
    public async Task<IReadOnlyList<T>> ReadAllAsync<T>(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetFieldValue<T>(0));
        }
        return rows;
    }

    /// <summary>What an encrypted column of a row says.</summary>
    /// <param name="column">Schema, table and column, such as <c>nightdesk.case.sealed_told</c>.</param>
    public async Task<T> OpenAsync<T>(string column, Guid id) where T : class
    {
        var (table, name) = (column[..column.LastIndexOf('.')], column[(column.LastIndexOf('.') + 1)..]);
        var tenant = await ReadAsync<Guid>($"SELECT tenant_id FROM {table} WHERE id = $1", id);
        return Vault.Open(Sealed<T>.Stored(await ReadAsync<byte[]>($"SELECT {name} FROM {table} WHERE id = $1", id), column), tenant, id);
    }

    /// <summary>Entries of the access log, the oldest first, with their details opened.</summary>
    /// <param name="condition">In SQL; their details are not to be asked for.</param>
    internal async Task<IReadOnlyList<AuditEntry>> AuditAsync(string condition, params object[] values)
    {
        await using var command = Command($"SELECT {AuditEntry.Columns} FROM app.audit_entry WHERE {condition} ORDER BY at, id", values);
        await using var reader = await command.ExecuteReaderAsync();
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync())
        {
            entries.Add(AuditRow.Read(reader, Vault));
        }
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await postgres.DropAsync(name);
        if (Directory.Exists(AnchorDirectory))
        {
            Directory.Delete(AnchorDirectory, recursive: true);
        }
    }

    internal async Task LeaveAsync()
    {
        await App.DisposeAsync();
        await Owner.DisposeAsync();
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = Owner.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
        return command;
    }
}
