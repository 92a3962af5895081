using ClinicPortal.Shared.Data.LocalPostgres;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClinicPortal.Shared.Data;

/// <summary>The database this process works on: one that was configured, or one the process started itself.</summary>
public sealed class PortalDatabase : IAsyncDisposable
{
    private readonly LocalPostgresServer? _local;
    private readonly ILoggerFactory? _log;

    private PortalDatabase(PortalConnectionStrings connections) => Connections = connections;

    private PortalDatabase(LocalPostgresServer local, ILoggerFactory log)
    {
        (_local, _log) = (local, log);
        Connections = local.ConnectionStrings;
    }

    public PortalConnectionStrings Connections { get; }

    /// <summary>The application's own, in its data directory, and not a configured one.</summary>
    public bool IsOwn => _local is not null;

    /// <summary>
    /// False while the process's own PostgreSQL is being restarted: answer 503. Always true for a configured
    /// database, whose state only a query can tell.
    /// </summary>
    public bool IsAvailable => _local?.IsAvailable ?? true;

    /// <summary>
    /// For a process that serves: takes <c>ConnectionStrings:Portal</c> and <c>ConnectionStrings:PortalOwner</c>, or
    /// starts PostgreSQL in the data directory, keeps it running and stops it after the last request has drained.
    /// Registers itself and the <see cref="PortalConnectionStrings"/>.
    /// </summary>
    /// <exception cref="PortalDatabaseException">
    /// Only one connection string is configured, the data directory is in use, or PostgreSQL cannot be started.
    /// </exception>
    public static Task<PortalDatabase> ResolveAsync(
        IHostApplicationBuilder builder, CancellationToken cancellationToken = default) =>
        ResolveAsync(builder, LocalPostgresServer.StartAsync, cancellationToken);

    /// <summary>
    /// For a command beside a running installation (<c>tenants apply</c>): as <see cref="ResolveAsync(IHostApplicationBuilder, CancellationToken)"/>,
    /// but uses the PostgreSQL of the application that holds the data directory, if there is one, and leaves it running.
    /// </summary>
    /// <exception cref="PortalDatabaseException">As above, except for a data directory in use.</exception>
    public static Task<PortalDatabase> ResolveForCommandAsync(
        IHostApplicationBuilder builder, CancellationToken cancellationToken = default) =>
        ResolveAsync(builder, LocalPostgresServer.JoinOrStartAsync, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_local is not null)
        {
            await _local.DisposeAsync();
        }

        _log?.Dispose();
    }

    private static async Task<PortalDatabase> ResolveAsync(
        IHostApplicationBuilder builder,
        Func<LocalPostgresOptions, ILoggerFactory, CancellationToken, Task<LocalPostgresServer>> startLocal,
        CancellationToken cancellationToken)
    {
        var database = Configured(builder.Configuration) is { } configured
            ? new PortalDatabase(configured)
            : await StartLocalAsync(builder, startLocal, cancellationToken);

        // Made by the container, as it sees it, and so disposed with it: also when a command uses the database without
        // ever running the host, and when a migration fails before it runs.
        builder.Services.TryAddSingleton(_ => database);
        builder.Services.TryAddSingleton(services => services.GetRequiredService<PortalDatabase>().Connections);
        // First among the hosted services, so that it is the last to hear that the host has stopped.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, PortalDatabaseLifetime>());
        return database;
    }

    private static PortalConnectionStrings? Configured(IConfiguration configuration) =>
        (configuration.GetConnectionString("Portal"), configuration.GetConnectionString("PortalOwner")) switch
        {
            ({ Length: > 0 } app, { Length: > 0 } owner) => new PortalConnectionStrings(app, owner),
            (null or "", null or "") => null,
            ({ Length: > 0 }, _) => throw OnlyOneConfigured("Portal", "PortalOwner"),
            _ => throw OnlyOneConfigured("PortalOwner", "Portal"),
        };

    private static PortalDatabaseException OnlyOneConfigured(string present, string missing) => new(
        $"ConnectionStrings:{present} is configured but ConnectionStrings:{missing} is not. Configure both to use "
        + "an outside PostgreSQL, or neither to let the application start its own.");

    private static async Task<PortalDatabase> StartLocalAsync(
        IHostApplicationBuilder builder,
        Func<LocalPostgresOptions, ILoggerFactory, CancellationToken, Task<LocalPostgresServer>> startLocal,
        CancellationToken cancellationToken)
    {
        // The host's own loggers exist only once it is built, which needs the connection strings.
        var log = LoggerFactory.Create(logging => logging
            .AddConfiguration(builder.Configuration.GetSection("Logging"))
            .AddConsole());
        try
        {
            var options = LocalPostgresOptions.From(builder.Configuration, builder.Environment);
            return new PortalDatabase(await startLocal(options, log, cancellationToken), log);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }
}
