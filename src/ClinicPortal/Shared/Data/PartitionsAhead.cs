using Npgsql;

namespace ClinicPortal.Shared.Data;

/// <summary>Once a day: the partitions of the coming months exist before they are needed.</summary>
public sealed class PartitionsAhead(Migrator migrator, DatabaseReadiness readiness, TimeProvider clock, ILogger<PartitionsAhead> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        using var daily = new PeriodicTimer(TimeSpan.FromDays(1), clock);
        while (await daily.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await migrator.EnsurePartitionsAsync(stoppingToken);
            }
            catch (NpgsqlException failure)
            {
                logger.LogError(failure, "Partitions could not be made ahead; three months are in stock, the next try is tomorrow");
            }
        }
    }
}
