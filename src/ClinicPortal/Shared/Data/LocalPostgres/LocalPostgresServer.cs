namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>
/// The application's own PostgreSQL in its data directory: started, kept running and stopped with the application.
/// </summary>
public sealed class LocalPostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMilliseconds(100);

    private readonly ClusterAccess _access;
    // Null when another process runs the server.
    private readonly OwnedServer? _owned;
    private readonly Lazy<Task> _stopped;

    private LocalPostgresServer(ClusterAccess access, OwnedServer? owned)
    {
        (_access, _owned) = (access, owned);
        _stopped = new Lazy<Task>(StopAsync);
    }

    /// <summary>False while PostgreSQL is being restarted.</summary>
    public bool IsAvailable => _owned?.Supervisor.IsAvailable ?? true;

    /// <summary>The portal's database in its two roles; they stay the same while the server lives.</summary>
    public PortalConnectionStrings ConnectionStrings => _access.ConnectionStrings;

    /// <summary>The superuser, unpooled, for backups and tests. The application never uses it.</summary>
    public string MaintenanceConnectionString => _access.MaintenanceConnectionString;

    /// <summary>
    /// Starts PostgreSQL in the data directory, made on the first start; takes over one that a killed application
    /// left running.
    /// </summary>
    /// <exception cref="PortalDatabaseException">
    /// A running application holds the directory, or PostgreSQL cannot be found, fetched or started.
    /// </exception>
    public static async Task<LocalPostgresServer> StartAsync(
        LocalPostgresOptions options, ILoggerFactory log, CancellationToken cancellationToken)
    {
        var held = DataDirectoryLock.TryTake(options.DataDirectory)
            ?? throw DataDirectoryLock.Refusal(options.DataDirectory);
        return await StartAsync(options, held, log, cancellationToken);
    }

    /// <summary>
    /// As <see cref="StartAsync(LocalPostgresOptions, ILoggerFactory, CancellationToken)"/>, but where a running
    /// application holds the data directory its PostgreSQL is used, and left to it.
    /// </summary>
    /// <exception cref="PortalDatabaseException">PostgreSQL cannot be found, fetched, started or reached.</exception>
    public static async Task<LocalPostgresServer> JoinOrStartAsync(
        LocalPostgresOptions options, ILoggerFactory log, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.StartTimeout);
        while (!deadline.IsCancellationRequested)
        {
            if (DataDirectoryLock.TryTake(options.DataDirectory) is { } held)
            {
                return await StartAsync(options, held, log, cancellationToken);
            }

            if (ClusterAccess.Load(options.DataDirectory) is { } access
                && await access.WhyUnreachableAsync(access.ConnectionStrings.Owner, cancellationToken) is null)
            {
                return new LocalPostgresServer(access, owned: null);
            }

            await Task.Delay(s_retryDelay, cancellationToken);
        }

        throw new PortalDatabaseException(
            $"An application holds the data directory {options.DataDirectory}, but its PostgreSQL does not answer.");
    }

    /// <summary>Stops the server if this process runs it. Further calls wait for the first.</summary>
    public async ValueTask DisposeAsync() => await _stopped.Value;

    private static async Task<LocalPostgresServer> StartAsync(
        LocalPostgresOptions options, DataDirectoryLock held, ILoggerFactory log, CancellationToken cancellationToken)
    {
        var logger = log.CreateLogger<LocalPostgresServer>();
        PostgresSupervisor? supervisor = null;
        try
        {
            var cluster = await PostgresCluster.OpenAsync(options, logger, cancellationToken);
            supervisor = new PostgresSupervisor(cluster, options, logger);
            var access = await supervisor.StartAsync(cancellationToken);
            return new LocalPostgresServer(access, new OwnedServer(supervisor, held));
        }
        catch
        {
            await (supervisor?.StopAsync() ?? Task.CompletedTask);
            held.Dispose();
            throw;
        }
    }

    private async Task StopAsync()
    {
        if (_owned is var (supervisor, held))
        {
            await supervisor.StopAsync();
            held.Dispose();
        }
    }

    private sealed record OwnedServer(PostgresSupervisor Supervisor, DataDirectoryLock Lock);
}
