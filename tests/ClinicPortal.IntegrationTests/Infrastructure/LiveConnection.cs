using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>The live link of an open page: as much of SignalR's JSON protocol as "changed" needs.</summary>
public sealed class LiveConnection : IAsyncDisposable
{
    private const char EndOfMessage = '\x1e';
    private const int Invocation = 1;
    private const int Completion = 3;

    private readonly ClientWebSocket socket = new();
    private readonly Queue<JsonElement> received = [];
    private readonly StringBuilder begun = new();

    private LiveConnection()
    {
    }

    /// <summary>Connects as the page that a person just opened does, and joins the topics that the page was granted.</summary>
    public static async Task<LiveConnection> OpenAsync(PortalNode node, Browser browser, BrowserPage page, CancellationToken cancellationToken)
    {
        var token = page.Document.QuerySelector("meta[name='live-token']")?.GetAttribute("content")
            ?? throw new InvalidOperationException($"{page.Url} is not a live page.");
        var connection = new LiveConnection();
        connection.socket.Options.SetRequestHeader("Cookie", $"__Host-session={browser.Cookie(page.Url.Host, "__Host-session")}");
        using var sockets = new HttpMessageInvoker(node.Sockets());
        await connection.socket.ConnectAsync(new UriBuilder(node.Url("/live", page.Url.Host)) { Scheme = "ws" }.Uri, sockets, cancellationToken);
        await connection.SendAsync(new { protocol = "json", version = 1 }, cancellationToken);
        await connection.ReceiveAsync(cancellationToken);
        await connection.SendAsync(new { type = Invocation, invocationId = "1", target = "Join", arguments = new[] { token } }, cancellationToken);
        await connection.NextAsync(message => Type(message) == Completion, cancellationToken);
        return connection;
    }

    /// <summary>Waits until the page is told that the topic changed.</summary>
    public Task ChangedAsync(string topic, CancellationToken cancellationToken) => NextAsync(
        message => Type(message) == Invocation && message.GetProperty("target").GetString() == "changed"
            && message.GetProperty("arguments")[0].EnumerateArray().Any(t => t.GetString() == topic),
        cancellationToken);

    /// <summary>Waits until the portal has closed the connection.</summary>
    public async Task ClosedAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        try
        {
            while ((await socket.ReceiveAsync(buffer, cancellationToken)).MessageType != WebSocketMessageType.Close)
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

    private async Task NextAsync(Func<JsonElement, bool> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken);
            Assert.False(message.TryGetProperty("error", out var error), error.ToString());
            if (wanted(message))
            {
                return;
            }
        }
    }

    private Task SendAsync(object message, CancellationToken cancellationToken) => socket.SendAsync(
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message) + EndOfMessage), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private async Task<JsonElement> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        while (received.Count == 0)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
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
