using System.Collections.Concurrent;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using Microsoft.AspNetCore.SignalR;

namespace ClinicPortal.Shared.Live;

/// <summary>
/// The live connections of this node. A connection is checked when it opens and would then last for as long as the page; so each node asks,
/// for all of its connections at once, which sessions are over by sign-out, expiry or the end of a membership, and closes theirs; and those of
/// readers who have a say in other associations than when they joined: their pages have to be granted what they follow anew.
/// </summary>
public sealed class LiveConnections(
    ISessionDirectory sessions, DatabaseReadiness readiness, TimeProvider clock, ILogger<LiveConnections> logger)
    : RepeatedTask(TimeSpan.FromSeconds(20), readiness, clock, logger)
{
    private readonly ConcurrentDictionary<string, (Guid Session, HubCallerContext Connection, LiveScope? Scope)> open = new(StringComparer.Ordinal);

    internal void Opened(Guid session, HubCallerContext connection) => open[connection.ConnectionId] = (session, connection, null);

    internal void Joined(HubCallerContext connection, LiveScope scope)
    {
        if (open.TryGetValue(connection.ConnectionId, out var known))
        {
            open[connection.ConnectionId] = known with { Scope = scope };
        }
    }

    internal void Closed(HubCallerContext connection) => open.TryRemove(connection.ConnectionId, out _);

    public async Task CloseEndedAsync(CancellationToken cancellationToken)
    {
        var known = open.Values.ToList();
        if (known.Count == 0)
        {
            return;
        }
        var live = await sessions.LiveAsync([.. known.Select(one => one.Session).Distinct()], cancellationToken);
        foreach (var (session, connection, scope) in known)
        {
            if (!live.Contains(session) || scope?.HasChanged == true)
            {
                connection.Abort();
            }
        }
    }

    protected override Task RunOnceAsync(CancellationToken cancellationToken) => CloseEndedAsync(cancellationToken);
}
