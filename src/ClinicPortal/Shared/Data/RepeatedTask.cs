namespace ClinicPortal.Shared.Data;

/// <summary>What a node does again and again beside its requests. What fails is tried again at the next turn: nothing stops the application.</summary>
public abstract class RepeatedTask(TimeSpan every, DatabaseReadiness readiness, TimeProvider clock, ILogger logger) : BackgroundService
{
    protected TimeProvider Clock { get; } = clock;

    protected ILogger Logger { get; } = logger;

    protected abstract Task RunOnceAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(every, Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            // Whatever it is: what escapes here would stop the application, and with it the night.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The type only: messages may quote what a row holds.
                Logger.LogWarning("{Task} failed ({Failure}); the next try is in {Every}", GetType().Name, failure.GetType().Name, every);
            }
        }
    }
}
