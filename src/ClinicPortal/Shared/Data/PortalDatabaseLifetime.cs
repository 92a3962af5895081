namespace ClinicPortal.Shared.Data;

/// <summary>
/// Stops the process's own PostgreSQL after every hosted service has stopped, the web server with its last request
/// included: hence <see cref="StoppedAsync"/>, not <see cref="StopAsync"/>.
/// </summary>
internal sealed class PortalDatabaseLifetime(PortalDatabase database) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The host's shutdown time limit is for requests; a database is stopped cleanly even when it has run out.
    public Task StoppedAsync(CancellationToken cancellationToken) => database.DisposeAsync().AsTask();
}
