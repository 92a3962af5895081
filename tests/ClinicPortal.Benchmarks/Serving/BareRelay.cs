using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>The floor of the portal's room: a SignalR hub that passes on whatever anybody sends to anybody, and asks nobody who they are.</summary>
internal sealed class BareRelay : Hub
{
    public const string Path = "/benchmark/relay";

    private static readonly ConcurrentDictionary<string, string> Connections = new(StringComparer.Ordinal);

    public void Join(string name)
    {
        Connections[name] = Context.ConnectionId;
        Context.Items["name"] = name;
    }

    public Task Send(string to, JsonElement message) =>
        Connections.TryGetValue(to, out var connection) ? Clients.Client(connection).SendAsync("signal", Context.Items["name"], message) : Task.CompletedTask;
}
