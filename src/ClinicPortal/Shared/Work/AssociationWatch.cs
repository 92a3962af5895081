using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Shared.Work;

/// <summary>Asks again and again for work of every association that is not closed. Items are named by their occasion, so each is there once.</summary>
public abstract class AssociationWatch(
    TimeSpan every, ITenantResolver tenants, NpgsqlDataSource dataSource, DatabaseReadiness readiness, TimeProvider clock, ILogger logger)
    : RepeatedTask(every, readiness, clock, logger)
{
    private const int Batch = 500;

    protected abstract WorkItem Of(TenantInfo tenant, DateTimeOffset now);

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = Clock.GetUtcNow();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        foreach (var batch in tenants.Tenants.Where(t => !t.IsHeldAt(now)).Chunk(Batch))
        {
            await using var commands = new NpgsqlBatch(connection);
            foreach (var tenant in batch)
            {
                commands.BatchCommands.Add(Of(tenant, now).InsertCommand());
            }
            await commands.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
