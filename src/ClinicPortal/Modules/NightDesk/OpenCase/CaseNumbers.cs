using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <summary>
/// Draws the next number of a tenant's night. In a transaction of its own, because a counter locked until the case commits
/// would let an association take one call at a time. It need not wait for the disk: the log is written in order, so a case
/// that is durable has a durable number, and a number lost in a crash belonged to nobody.
/// </summary>
public sealed class CaseNumbers([FromKeyedServices(SharedRegistration.BesideTheRequest)] NpgsqlDataSource dataSource, TenantScope scope)
{
    public async Task<string> NextAsync(TenantInfo tenant, DateOnly night, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(scope.SettingCommand());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL synchronous_commit = off"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            INSERT INTO nightdesk.night_counter AS c (tenant_id, night, last) VALUES ($1, $2, 1)
            ON CONFLICT (tenant_id, night) DO UPDATE SET last = c.last + 1 RETURNING last
            """)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenant.Id }, new NpgsqlParameter<DateOnly> { TypedValue = night } },
        });
        // The batch is one implicit transaction: scope, setting and counter hold together.
        var last = await LastAsync(batch, cancellationToken);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{tenant.Settings.CasePrefix}-{night:yyMMdd}-{last:000}");
    }

    private static async Task<int> LastAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt32(0);
    }
}
