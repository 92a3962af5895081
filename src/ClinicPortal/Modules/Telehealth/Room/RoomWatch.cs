using System.Collections.Concurrent;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.SignalR;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth.Room;

/// <summary>
/// Ends connections whose right is over: those that showed no ticket, and those by a link that was revoked or has expired. (Sessions that ended
/// are <see cref="Shared.Live.LiveConnections"/>'s.) Also removes what only passes through: old tickets, and messages that nobody fetched.
/// </summary>
internal sealed class RoomWatch(
    IServiceScopeFactory scopes, NpgsqlDataSource dataSource, DatabaseReadiness readiness, TimeProvider clock, ILogger<RoomWatch> logger)
    : RepeatedTask(TimeSpan.FromSeconds(20), readiness, clock, logger)
{
    private static readonly TimeSpan ToShowATicket = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ToBeFetched = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Watched> open = new(StringComparer.Ordinal);

    public void Opened(HubCallerContext connection) => open[connection.ConnectionId] = new Watched(connection, null, Clock.GetTimestamp());

    public void JoinedByLink(Guid link, HubCallerContext connection) => open[connection.ConnectionId] = new Watched(connection, link, Clock.GetTimestamp());

    public void Closed(HubCallerContext connection) => open.TryRemove(connection.ConnectionId, out _);

    public async Task CloseEndedAsync(CancellationToken cancellationToken)
    {
        var known = open.Values.ToList();
        var links = known.Select(one => one.Link).OfType<Guid>().Distinct().ToList();
        IReadOnlySet<Guid> good = new HashSet<Guid>();
        if (links.Count > 0)
        {
            await using var scope = scopes.CreateAsyncScope();
            good = await scope.ServiceProvider.GetRequiredService<IVisitorLinks>().GoodAsync(links, cancellationToken);
        }
        foreach (var one in known.Where(one => one.Link is { } link ? !good.Contains(link) : Clock.GetElapsedTime(one.Since) > ToShowATicket))
        {
            one.Connection.Abort();
        }
    }

    /// <summary>Of all associations at once.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AllTenants.SeeAsync(connection, cancellationToken);
        await using (var command = new NpgsqlCommand("""
            WITH fetched AS (DELETE FROM telehealth.signal WHERE sent_at < $1) DELETE FROM telehealth.used_ticket WHERE used_at < $1
            """, connection, transaction) { Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = Clock.GetUtcNow() - ToBeFetched } } })
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    protected override async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await CloseEndedAsync(cancellationToken);
        await SweepAsync(cancellationToken);
    }

    private sealed record Watched(HubCallerContext Connection, Guid? Link, long Since);
}
