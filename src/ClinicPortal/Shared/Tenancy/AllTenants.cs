using Npgsql;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>The scope of what the portal does for all associations at once: reading the directory, chaining the access log.</summary>
internal static class AllTenants
{
    /// <summary>Until its transaction ends the connection sees every association.</summary>
    public static async Task SeeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tenants = new List<TenantId>();
        await using (var command = new NpgsqlCommand("SELECT id FROM app.tenant", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                tenants.Add(new TenantId(reader.GetGuid(0)));
            }
        }
        var all = new TenantScope();
        all.Set(tenants);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { all.SettingCommand() } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
