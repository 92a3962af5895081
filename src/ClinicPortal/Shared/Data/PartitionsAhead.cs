namespace ClinicPortal.Shared.Data;

/// <summary>Once a day: the partitions of the coming months exist before they are needed. Three months are in stock.</summary>
public sealed class PartitionsAhead(Migrator migrator, DatabaseReadiness readiness, TimeProvider clock, ILogger<PartitionsAhead> logger)
    : RepeatedTask(TimeSpan.FromDays(1), readiness, clock, logger)
{
    protected override Task RunOnceAsync(CancellationToken cancellationToken) => migrator.EnsurePartitionsAsync(cancellationToken);
}
