using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A page's connection to the room, as anybody can make one: as much of SignalR's JSON protocol as that needs.</summary>
public sealed class RoomSocket : IAsyncDisposable
{
    private const char EndOfMessage = '\x1e';

    private readonly ClientWebSocket socket = new();
    private readonly Queue<JsonElement> received = [];
    private readonly StringBuilder begun = new();
    private int calls;

    private RoomSocket()
    {
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RoomSocket> OpenAsync(PortalNode node, Browser browser, string host, string? origin = null)
    {
        var room = new RoomSocket();
        room.socket.Options.SetRequestHeader("Cookie", browser.Cookies(host));
        if (origin is not null)
        {
            room.socket.Options.SetRequestHeader("Origin", origin);
        }
        using var sockets = new HttpMessageInvoker(node.Sockets());
        await room.socket.ConnectAsync(new UriBuilder(node.Url("/room", host)) { Scheme = "ws" }.Uri, sockets, Cancellation);
        await room.WriteAsync(JsonSerializer.Serialize(new { protocol = "json", version = 1 }));
        await room.ReadAsync();
        return room;
    }

    /// <returns>What the hub answered; its error as text begins with <c>!</c>.</returns>
    public async Task<string> CallAsync(string method, params object?[] arguments)
    {
        var id = $"{++calls}";
        await WriteAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        while (true)
        {
            var message = await ReadAsync();
            if (message.GetProperty("type").GetInt32() == 3 && message.GetProperty("invocationId").GetString() == id)
            {
                return message.TryGetProperty("error", out var error) ? $"!{error}" : message.TryGetProperty("result", out var result) ? result.ToString() : "";
            }
        }
    }

    /// <summary>Waits for a signal, and says whom it is from.</summary>
    public async Task<Guid> SignalFromAsync()
    {
        while (true)
        {
            var message = await ReadAsync();
            if (message.GetProperty("type").GetInt32() == 1 && message.GetProperty("target").GetString() == "signal")
            {
                return message.GetProperty("arguments")[0].GetGuid();
            }
        }
    }

    /// <summary>Waits until the portal has closed the connection.</summary>
    public async Task ClosedAsync()
    {
        var buffer = new byte[8192];
        try
        {
            while ((await socket.ReceiveAsync(buffer, Cancellation)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Cut off without a goodbye.
        }
    }

    public Task WriteAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message + EndOfMessage), WebSocketMessageType.Text, endOfMessage: true, Cancellation);

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement> ReadAsync()
    {
        var buffer = new byte[8192];
        while (received.Count == 0)
        {
            var part = await socket.ReceiveAsync(buffer, Cancellation);
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            foreach (var character in Encoding.UTF8.GetString(buffer, 0, part.Count))
            {
                if (character != EndOfMessage)
                {
                    begun.Append(character);
                    continue;
                }
                received.Enqueue(JsonDocument.Parse(begun.ToString()).RootElement);
                begun.Clear();
            }
        }
        return received.Dequeue();
    }
}
