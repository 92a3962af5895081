using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>The peer of the portal's live pages: what a connection hears from NOTIFY goes to all WebSockets as it is.</summary>
internal sealed class BarePush(NpgsqlDataSource dataSource) : BackgroundService
{
    public const string Path = "/benchmark/push";
    public const string Channel = "benchmark";

    private readonly ConcurrentDictionary<WebSocket, SemaphoreSlim> sockets = [];

    /// <summary>Holds the request until the browser leaves.</summary>
    public async Task HoldAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        using var turn = new SemaphoreSlim(1);
        sockets[socket] = turn;
        try
        {
            await socket.ReceiveAsync(new byte[16].AsMemory(), cancellationToken);
        }
        catch (WebSocketException)
        {
            // The browser went without saying so.
        }
        sockets.TryRemove(socket, out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, notification) => Push(Encoding.UTF8.GetBytes(notification.Payload));
        await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(stoppingToken);
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            await connection.WaitAsync(stoppingToken);
        }
    }

    private void Push(byte[] message)
    {
        foreach (var (socket, turn) in sockets)
        {
            _ = SendAsync(socket, turn, message);
        }
    }

    /// <summary>One message at a time on each socket, as WebSockets want it; a slow one does not hold up the others.</summary>
    private static async Task SendAsync(WebSocket socket, SemaphoreSlim turn, byte[] message)
    {
        await turn.WaitAsync();
        try
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            turn.Release();
        }
    }
}

internal static class BarePushEndpoint
{
    /// <summary>Before the portal's own middleware: the peer pays for none of it.</summary>
    public static void MapBarePush(this WebApplication app) => app.Map(BarePush.Path, branch => branch.UseWebSockets().Run(async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await context.RequestServices.GetRequiredService<BarePush>().HoldAsync(socket, context.RequestAborted);
    }));
}
