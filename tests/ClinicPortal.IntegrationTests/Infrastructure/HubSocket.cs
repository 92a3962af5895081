using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>A page's connection to one of the portal's hubs: as much of SignalR's JSON protocol as tests need.</summary>
public sealed class HubSocket : IAsyncDisposable
{
    private const char EndOfMessage = '\x1e';
    private const int Invocation = 1;
    private const int Completion = 3;

    private readonly ClientWebSocket socket = new();
    private readonly Queue<JsonElement> received = [];
    private readonly List<JsonElement> kept = [];
    private readonly StringBuilder begun = new();
    private int count;

    private HubSocket()
    {
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="cookies">The browser's, as it sends them.</param>
    /// <param name="origin">The page that opens it; by default one of the host.</param>
    public static async Task<HubSocket> OpenAsync(PortalNode node, string path, string host, string cookies, string? origin = null)
    {
        var hub = new HubSocket();
        hub.socket.Options.SetRequestHeader("Cookie", cookies);
        hub.socket.Options.SetRequestHeader("Origin", origin ?? node.Url("/", host).GetLeftPart(UriPartial.Authority));
        using var sockets = new HttpMessageInvoker(node.Sockets());
        await hub.socket.ConnectAsync(new UriBuilder(node.Url(path, host)) { Scheme = "ws" }.Uri, sockets, Cancellation);
        await hub.WriteAsync(new { protocol = "json", version = 1 });
        await hub.ReceiveAsync();
        return hub;
    }

    public async Task<(JsonElement Result, string? Error)> InvokeAsync(string target, params object?[] arguments)
    {
        var id = await BeginAsync(target, arguments);
        var answer = await NextAsync(message => IsCompletion(message) && message.GetProperty("invocationId").GetString() == id);
        return (answer.TryGetProperty("result", out var result) ? result : default, answer.TryGetProperty("error", out var error) ? error.GetString() : null);
    }

    /// <summary>Sends without waiting for the answer.</summary>
    /// <returns>What the answer will name.</returns>
    public async Task<string> BeginAsync(string target, params object?[] arguments)
    {
        var id = $"{Interlocked.Increment(ref count)}";
        await WriteAsync(new { type = Invocation, invocationId = id, target, arguments });
        return id;
    }

    /// <summary>The arguments of the next message of that kind, also of one that came meanwhile.</summary>
    public async Task<JsonElement> HearAsync(string target, Func<JsonElement, bool>? which = null) =>
        (await NextAsync(message => IsCall(message, target) && which?.Invoke(message.GetProperty("arguments")) != false)).GetProperty("arguments");

    /// <summary>Whether a message of that kind has come and was not heard yet.</summary>
    public bool Has(string target) => kept.Exists(message => IsCall(message, target));

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

    public async ValueTask DisposeAsync()
    {
        if (socket.State == WebSocketState.Open)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        socket.Dispose();
    }

    private static bool IsCompletion(JsonElement message) => Type(message) == Completion;

    private static bool IsCall(JsonElement message, string target) => Type(message) == Invocation && message.GetProperty("target").GetString() == target;

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
