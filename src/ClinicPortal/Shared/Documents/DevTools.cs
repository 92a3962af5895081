using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClinicPortal.Shared.Documents;

/// <summary>Chromium refused a command, or is not there any more.</summary>
public sealed class DevToolsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>One connection to a browser's DevTools (https://chromedevtools.github.io/devtools-protocol/): commands and their answers, and events.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource closing = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> waiting = new();
    private Task reading = Task.CompletedTask;
    private int last;

    /// <summary>Called for each event, on the reading loop: it must not wait for an answer.</summary>
    public Action<string, JsonNode>? Happened { get; set; }

    public static async Task<DevTools> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var tools = new DevTools();
        tools.socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await tools.socket.ConnectAsync(address, cancellationToken);
        tools.reading = tools.ReadAsync();
        return tools;
    }

    public async Task<JsonNode> SendAsync(string method, object? parameters, string? session, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref last);
        waiting[id] = answer;
        try
        {
            await WriteAsync(id, method, parameters, session, cancellationToken);
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        socket.Abort();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        sending.Dispose();
        closing.Dispose();
    }

    private async Task WriteAsync(int id, string method, object? parameters, string? session, CancellationToken cancellationToken)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["id"] = id, ["method"] = method, ["params"] = parameters ?? new { }, ["sessionId"] = session,
        }.Where(part => part.Value is not null).ToDictionary());
        await sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException gone)
        {
            throw new DevToolsException("Chromium is gone.", gone);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), closing.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }
                message.Write(buffer.AsSpan(0, part.Count));
                if (part.EndOfMessage)
                {
                    Take(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!);
                    message.SetLength(0);
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // Whoever waits is told below.
        }
        finally
        {
            foreach (var answer in waiting.Values)
            {
                answer.TrySetException(new DevToolsException("Chromium is gone."));
            }
            Happened?.Invoke("closed", new JsonObject());
        }
    }

    private void Take(JsonNode message)
    {
        if (message["id"]?.GetValue<int>() is not { } id)
        {
            Happened?.Invoke(message["method"]!.GetValue<string>(), message["params"] ?? new JsonObject());
        }
        else if (waiting.TryRemove(id, out var answer))
        {
            if (message["error"] is { } error)
            {
                answer.TrySetException(new DevToolsException(error["message"]!.GetValue<string>()));
            }
            else
            {
                answer.TrySetResult(message["result"]!);
            }
        }
    }
}
