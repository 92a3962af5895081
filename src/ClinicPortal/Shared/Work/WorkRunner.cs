using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.Shared.Work;

/// <summary>Which handler takes which kind, and which handlers an event has.</summary>
public sealed class WorkRegistry
{
    private readonly Dictionary<string, Type> handlers = [];
    private readonly Dictionary<Type, List<string>> subscribers = [];
    private readonly HashSet<string> slow = [];

    internal string[] SlowKinds => [.. slow];

    public void Add<THandler>() where THandler : class, IWorkHandler
    {
        handlers.Add(THandler.Kind, typeof(THandler));
        if (THandler.IsSlow)
        {
            slow.Add(THandler.Kind);
        }
    }

    public void Subscribe<TEvent, THandler>() where TEvent : IModuleEvent where THandler : class, IWorkHandler
    {
        Add<THandler>();
        (subscribers.TryGetValue(typeof(TEvent), out var kinds) ? kinds : subscribers[typeof(TEvent)] = []).Add(THandler.Kind);
    }

    internal IEnumerable<WorkItem> ItemsFor<TEvent>(TEvent news, DateTimeOffset now) where TEvent : IModuleEvent =>
        from kind in subscribers.GetValueOrDefault(typeof(TEvent), [])
        select WorkItem.For(kind, news.Tenant, news, $"{kind}:{news.Id}", now);

    internal Type? HandlerOf(string kind) => handlers.GetValueOrDefault(kind);
}

/// <summary>Writes events to the outbox of the current transaction.</summary>
public sealed class Outbox(PortalSession session, WorkRegistry registry, TimeProvider clock)
{
    public void Publish<TEvent>(TEvent news) where TEvent : IModuleEvent
    {
        foreach (var item in registry.ItemsFor(news, clock.GetUtcNow()))
        {
            session.Enqueue(item);
        }
    }
}

/// <summary>
/// Takes due items with SKIP LOCKED, prompt ones one at a time and slow ones a few beside each other. A failure
/// is retried with growing delay and, after <see cref="MaxAttempts"/>, set aside for a person.
/// </summary>
public sealed class WorkRunner(
    IServiceScopeFactory scopes, NpgsqlDataSource dataSource, WorkRegistry registry, TimeProvider clock,
    DatabaseReadiness readiness, ILogger<WorkRunner> logger) : BackgroundService
{
    public const int MaxAttempts = 10;

    /// <summary>What is slow waits for others most of the time, and where it does not a second processor helps.</summary>
    private const int SlowLanes = 2;

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    private enum Lane
    {
        Any,
        Prompt,
        Slow,
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        await Task.WhenAll(Enumerable.Repeat(Lane.Slow, SlowLanes).Prepend(Lane.Prompt).Select(lane => RunLaneAsync(lane, stoppingToken)));
    }

    private async Task RunLaneAsync(Lane lane, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await RunAsync(null, lane, stoppingToken))
                {
                }
                await Task.Delay(PollEvery, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            // Whatever it is: what escapes here would stop the application, and with it the night.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(failure, "Work could not be looked up; trying again");
                await Task.Delay(PollEvery, clock, stoppingToken);
            }
        }
    }

    /// <summary>Runs the next due item, if there is one that no other node holds.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RunNextAsync(CancellationToken cancellationToken) => RunAsync(null, Lane.Any, cancellationToken);

    /// <summary>
    /// Runs items that were just committed, so that whoever sent the command finds its consequences in place. What fails, is
    /// slow or is held by another runner stays for the background.
    /// </summary>
    public async Task RunNowAsync(IReadOnlyList<Guid> items, CancellationToken cancellationToken)
    {
        foreach (var id in items)
        {
            try
            {
                await RunAsync(id, Lane.Prompt, cancellationToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException or OperationCanceledException)
            {
                // The command itself is done and must be answered so.
                logger.LogWarning("Work item {Id} is left to the background: {Failure}", id, failure.GetType().Name);
                return;
            }
        }
    }

    /// <summary>Claim, effect and completion are one transaction: a node that dies in between leaves the item as it was.</summary>
    private async Task<bool> RunAsync(Guid? id, Lane lane, CancellationToken cancellationToken)
    {
        await using var services = scopes.CreateAsyncScope();
        var session = services.ServiceProvider.GetRequiredService<PortalSession>();
        await session.OpenAsync(cancellationToken);
        var (item, attempts) = await ClaimAsync(await session.ConnectionAsync(cancellationToken), id, lane, cancellationToken);
        if (item is null)
        {
            return false;
        }
        try
        {
            var handler = registry.HandlerOf(item.Kind) ?? throw new InvalidOperationException($"Nothing handles work of kind {item.Kind}.");
            await services.ServiceProvider.ActAsync(CurrentUser.Portal, item.Tenant is { } tenant ? [tenant] : [], cancellationToken);
            await ((IWorkHandler)services.ServiceProvider.GetRequiredService(handler)).HandleAsync(item, cancellationToken);
            await session.CommitAsync(cancellationToken, DoneCommand(item));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(failure, "Work item {Id} of kind {Kind} failed, attempt {Attempt}", item.Id, item.Kind, attempts + 1);
            await session.DisposeAsync();
            await FailAsync(item, attempts + 1, failure, cancellationToken);
        }
        return true;
    }

    private async Task<(WorkItem? Item, int Attempts)> ClaimAsync(NpgsqlConnection connection, Guid? id, Lane lane, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT id, tenant_id, kind, payload::text, dedupe_key, due_at, created_at, attempts FROM app.work_item
            WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= $1
              {lane switch { Lane.Prompt => "AND kind <> ALL ($2)", Lane.Slow => "AND kind = ANY ($2)", _ => "AND $2 IS NOT NULL" }}
              {(id is null ? "" : "AND id = $3")}
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = registry.SlowKinds });
        if (id is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id.Value });
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return (null, 0);
        }
        TenantId? tenant = reader.IsDBNull(1) ? null : new TenantId(reader.GetGuid(1));
        return (new WorkItem(reader.GetGuid(0), tenant, reader.GetString(2), reader.GetString(3), reader.GetString(4),
            reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6)), reader.GetInt32(7));
    }

    private NpgsqlBatchCommand DoneCommand(WorkItem item) => new("UPDATE app.work_item SET done_at = $2, attempts = attempts + 1 WHERE id = $1")
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = item.Id }, new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() } },
    };

    private async Task FailAsync(WorkItem item, int attempts, Exception failure, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = dataSource.CreateCommand(
            "UPDATE app.work_item SET attempts = $2, last_error = $3, due_at = $4, failed_at = $5 WHERE id = $1");
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = item.Id },
            new() { Value = attempts },
            // The type only: messages may quote what a row holds, and this table is outside row-level security.
            new() { Value = failure.GetType().Name },
            new() { Value = now + TimeSpan.FromSeconds(Math.Pow(2, attempts)) },
            new() { Value = attempts >= MaxAttempts ? now : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz },
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
