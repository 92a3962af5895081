using System.Diagnostics;

namespace ClinicPortal.Shared.Data.LocalPostgres;

/// <summary>Brings a cluster's server up, whatever state it is in, and again whenever it dies.</summary>
internal sealed class PostgresSupervisor(PostgresCluster cluster, LocalPostgresOptions options, ILogger log)
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_watchInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private Task _watch = Task.CompletedTask;
    private volatile bool _isAvailable;

    public bool IsAvailable => _isAvailable;

    /// <returns>How to reach the server, which no longer changes.</returns>
    public async Task<ClusterAccess> StartAsync(CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        await BringUpAsync(ChoosePort, cancellationToken);
        await ClusterRoles.EnsureAsync(cluster.Access, cancellationToken);
        _isAvailable = true;
        _watch = WatchAsync();
        log.LogInformation(
            "PostgreSQL {Major} serves {Directory} on 127.0.0.1:{Port} as {Account} after {Elapsed:0} ms",
            cluster.Major, options.DataDirectory, cluster.Access.Port, cluster.Account,
            Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        return cluster.Access;
    }

    public async Task StopAsync()
    {
        _isAvailable = false;
        await _stopping.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await cluster.StopAsync(options.StopTimeout);
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(s_watchInterval);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            try
            {
                await RestartIfDeadAsync(_stopping.Token);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                log.LogError(exception, "PostgreSQL is not running and could not be restarted; trying again");
            }
        }
    }

    private async Task RestartIfDeadAsync(CancellationToken cancellationToken)
    {
        if (_isAvailable && cluster.FindPostmaster() is { IsReady: true })
        {
            return;
        }

        if (_isAvailable)
        {
            _isAvailable = false;
            log.LogWarning("PostgreSQL is gone; restarting it");
        }

        // The port stays: connection strings that name it are in use.
        await BringUpAsync(() => { }, cancellationToken);
        _isAvailable = true;
        log.LogInformation("PostgreSQL serves again");
    }

    private async Task BringUpAsync(Action beforeStart, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.StartTimeout);
        string? obstacle = null;
        try
        {
            while (await ObstacleAsync(beforeStart, deadline.Token) is { } next)
            {
                if (obstacle is null)
                {
                    log.LogWarning("PostgreSQL does not serve yet, waiting: {Obstacle}", next);
                }

                obstacle = next;
                await Task.Delay(s_retryDelay, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PortalDatabaseException(
                $"PostgreSQL in {options.DataDirectory} did not serve within {options.StartTimeout.TotalSeconds:0} s: {obstacle}");
        }
    }

    /// <summary>One attempt: starts the server unless one runs, and connects.</summary>
    /// <returns>What is in the way; null once it serves.</returns>
    private async Task<string?> ObstacleAsync(Action beforeStart, CancellationToken cancellationToken)
    {
        var postmaster = cluster.FindPostmaster();
        if (postmaster is { IsReady: false })
        {
            // A previous one that still stops, or one that recovers after a crash.
            return $"its process {postmaster.ProcessId} is starting or stopping";
        }

        if (postmaster is null)
        {
            beforeStart();
            var start = await cluster.StartAsync(options.StartTimeout, cancellationToken);
            if (!start.Succeeded)
            {
                return start.Output;
            }
        }
        else
        {
            AdoptPort(postmaster.Port);
        }

        return await cluster.Access.WhyUnreachableAsync(cluster.Access.MaintenanceConnectionString, cancellationToken);
    }

    private void ChoosePort()
    {
        if (!LoopbackPort.IsFree(cluster.Access.Port))
        {
            cluster.MoveToPort(LoopbackPort.ChooseFree());
        }
    }

    private void AdoptPort(int port)
    {
        if (port != cluster.Access.Port)
        {
            cluster.MoveToPort(port);
        }
    }
}
