using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>WebSockets as so many browsers hold them, each read as soon as something comes.</summary>
internal sealed class BrowserSockets : IAsyncDisposable
{
    private readonly HttpMessageInvoker invoker;
    private readonly ClientWebSocket[] sockets;
    private readonly Task[] readers;
    private readonly List<(string Text, TaskCompletionSource[] Heard)> awaited = [];
    private readonly Action<int, string> received;
    private readonly CancellationTokenSource ended = new();

    private BrowserSockets(HttpMessageInvoker invoker, ClientWebSocket[] sockets, Action<int, string> received)
    {
        (this.invoker, this.sockets, this.received) = (invoker, sockets, received);
        readers = [.. sockets.Select((socket, browser) => Task.Run(() => ReadAsync(socket, browser)))];
    }

    /// <summary>Why a browser was left without pushes; null while none was.</summary>
    public string? Wrong { get; private set; }

    /// <param name="received">Called with the browser's number and each text.</param>
    public static async Task<BrowserSockets> OpenAsync(
        int count, Uri address, string? cookie, Action<int, string> received, CancellationToken cancellationToken)
    {
        // The hosts' names need not resolve here.
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var sockets = new ClientWebSocket[count];
        for (var i = 0; i < count; i++)
        {
            sockets[i] = new ClientWebSocket();
            if (cookie is not null)
            {
                sockets[i].Options.SetRequestHeader("Cookie", cookie);
            }
            await sockets[i].ConnectAsync(address, invoker, cancellationToken);
        }
        return new BrowserSockets(invoker, sockets, received);
    }

    /// <summary>Each browser says this and waits until it has been sent something with the answer in it.</summary>
    public async Task AskAllAsync(string text, string answer, CancellationToken cancellationToken)
    {
        var heard = sockets.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        lock (awaited)
        {
            awaited.Add((answer, heard));
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var socket in sockets)
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        await Task.WhenAll(heard.Select(h => h.Task)).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await Task.WhenAll(readers);
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
        invoker.Dispose();
        ended.Dispose();
    }

    private async Task ReadAsync(ClientWebSocket socket, int browser)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer.AsMemory(), ended.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    Wrong = $"The server closed a WebSocket: {socket.CloseStatusDescription}";
                    return;
                }
                var text = Encoding.UTF8.GetString(buffer, 0, result.Count);
                received(browser, text);
                Tell(text, browser);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The measurement is over.
        }
        catch (WebSocketException lost)
        {
            Wrong = lost.Message;
        }
    }

    private void Tell(string text, int browser)
    {
        lock (awaited)
        {
            foreach (var (wanted, heard) in awaited)
            {
                if (text.Contains(wanted, StringComparison.Ordinal))
                {
                    heard[browser].TrySetResult();
                }
            }
        }
    }
}
