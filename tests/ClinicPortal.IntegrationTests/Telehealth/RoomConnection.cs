using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A page's connection to a room: as much of SignalR's JSON protocol as it needs.</summary>
public sealed class RoomConnection : IAsyncDisposable
{
    private const char EndOfMessage = '\x1e';

    private readonly ClientWebSocket socket = new();
    private readonly Queue<JsonElement> received = [];
    private readonly List<JsonElement> kept = [];
    private readonly StringBuilder begun = new();
    private int count;

    private RoomConnection()
    {
    }

    /// <summary>The participant that the page is, once it has joined.</summary>
    public Guid Self { get; private set; }

    public JsonElement Welcome { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="origin">The page that opens it; by default one of the host.</param>
    public static async Task<RoomConnection> OpenAsync(PortalNode node, Browser browser, string host, string? origin = null)
    {
        var connection = new RoomConnection();
        connection.socket.Options.SetRequestHeader("Cookie", string.Join("; ", new[] { "__Host-session", "__Host-visitor" }
            .Select(name => (Name: name, Value: browser.Cookie(host, name))).Where(cookie => cookie.Value is not null).Select(cookie => $"{cookie.Name}={cookie.Value}")));
        connection.socket.Options.SetRequestHeader("Origin", origin ?? node.Url("/", host).GetLeftPart(UriPartial.Authority));
        using var sockets = new HttpMessageInvoker(node.Sockets());
        await connection.socket.ConnectAsync(new UriBuilder(node.Url("/room", host)) { Scheme = "ws" }.Uri, sockets, Cancellation);
        await connection.WriteAsync(new { protocol = "json", version = 1 });
        await connection.ReceiveAsync();
        return connection;
    }

    /// <returns>Null when it is in; else why not.</returns>
    public async Task<string?> JoinAsync(string ticket)
    {
        var (result, error) = await InvokeAsync("Join", ticket);
        if (error is null)
        {
            (Welcome, Self) = (result, result.GetProperty("self").GetGuid());
        }
        return error;
    }

    /// <returns>Null when it was passed on; else why not.</returns>
    public async Task<string?> SendAsync(Guid to, string kind = "hello", string? body = null) =>
        (await InvokeAsync("Send", to, new { kind, page = "page", @for = (string?)null, body })).Error;

    /// <summary>Sends as fast as it can, without waiting for any answer.</summary>
    /// <returns>How many were passed on.</returns>
    public async Task<int> FloodAsync(Guid to, int messages)
    {
        var passed = 0;
        var reading = Task.Run(async () =>
        {
            for (var message = 0; message < messages; message++)
            {
                passed += (await NextAsync(one => Type(one) == 3)).TryGetProperty("error", out _) ? 0 : 1;
            }
        });
        for (var message = 0; message < messages; message++)
        {
            await WriteAsync(new { type = 1, invocationId = $"flood {message}", target = "Send", arguments = new object[] { to, new { kind = "hello", page = "page", @for = (string?)null, body = (string?)null } } });
        }
        await reading;
        return passed;
    }

    public async Task<(JsonElement Result, string? Error)> InvokeAsync(string target, params object?[] arguments)
    {
        var id = $"{++count}";
        await WriteAsync(new { type = 1, invocationId = id, target, arguments });
        var answer = await NextAsync(message => Type(message) == 3 && message.GetProperty("invocationId").GetString() == id);
        return (answer.TryGetProperty("result", out var result) ? result : default, answer.TryGetProperty("error", out var error) ? error.GetString() : null);
    }

    /// <summary>The next message of that kind, such as <c>signal</c>, <c>state</c> or <c>over</c>, also one that came meanwhile.</summary>
    public async Task<JsonElement> HearAsync(string target) =>
        (await NextAsync(message => Type(message) == 1 && message.GetProperty("target").GetString() == target)).GetProperty("arguments");

    /// <summary>Whether anything of that kind has come so far; what was sent before an invocation has come when that is answered.</summary>
    public async Task<bool> HasHeardAsync(string target)
    {
        await InvokeAsync("Nothing");
        return kept.Exists(message => Type(message) == 1 && message.GetProperty("target").GetString() == target);
    }

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

    public async ValueTask DisposeAsync()
    {
        if (socket.State == WebSocketState.Open)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        socket.Dispose();
    }

    private static int Type(JsonElement message) => message.TryGetProperty("type", out var type) ? type.GetInt32() : 0;

    private async Task<JsonElement> NextAsync(Func<JsonElement, bool> wanted)
    {
        if (kept.FindIndex(message => wanted(message)) is >= 0 and var at)
        {
            var found = kept[at];
            kept.RemoveAt(at);
            return found;
        }
        while (true)
        {
            var message = await ReceiveAsync();
            if (wanted(message))
            {
                return message;
            }
            kept.Add(message);
        }
    }

    private Task WriteAsync(object message) => socket.SendAsync(
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message) + EndOfMessage), WebSocketMessageType.Text, endOfMessage: true, Cancellation);

    private async Task<JsonElement> ReceiveAsync()
    {
        var buffer = new byte[8192];
        while (received.Count == 0)
        {
            var part = await socket.ReceiveAsync(buffer, Cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException("The portal has closed the connection.");
            }
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
