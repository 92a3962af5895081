using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection, reduced to what a load generator needs: the generator shares the machine with what it
/// measures, and HttpClient would cost it more than the answers are worth. One request at a time.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[64 * 1024];
    private int filled;

    public static async Task<HttpConnection> OpenAsync(int port, CancellationToken cancellationToken)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return connection;
    }

    /// <returns>The answer's status, once its last byte is here.</returns>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        for (var rest = request; rest.Length > 0;)
        {
            rest = rest[await socket.SendAsync(rest, cancellationToken)..];
        }
        filled = 0;
        var body = 0;
        while ((body = Received.IndexOf("\r\n\r\n"u8) + 4) < 4)
        {
            await ReceiveAsync(cancellationToken);
        }
        var status = Utf8Parser.TryParse(Received[9..12], out int code, out _) ? code : throw new InvalidDataException("Not an HTTP answer.");
        if (Header(Received[..body], "content-length:"u8) is { Length: > 0 } length)
        {
            var end = body + Number(length, 'D');
            while (filled < end)
            {
                await ReceiveAsync(cancellationToken);
            }
        }
        else if (Header(Received[..body], "transfer-encoding:"u8).Length > 0)
        {
            await ReceiveChunksAsync(body, cancellationToken);
        }
        return status;
    }

    public void Dispose() => socket.Dispose();

    private Span<byte> Received => buffer.AsSpan(0, filled);

    private async ValueTask ReceiveChunksAsync(int at, CancellationToken cancellationToken)
    {
        for (int size = 1; size > 0;)
        {
            int line;
            while ((line = Received[at..].IndexOf("\r\n"u8)) < 0)
            {
                await ReceiveAsync(cancellationToken);
            }
            size = Number(Received.Slice(at, line), 'X');
            at += line + 2 + size + 2;
            while (filled < at)
            {
                await ReceiveAsync(cancellationToken);
            }
        }
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
        filled += read > 0 ? read : throw new IOException("The server closed the connection.");
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> lowerName)
    {
        while (head.IndexOf("\r\n"u8) is var end and > 0)
        {
            var line = head[..end];
            if (line.Length > lowerName.Length && System.Text.Ascii.EqualsIgnoreCase(line[..lowerName.Length], lowerName))
            {
                return line[lowerName.Length..].Trim((byte)' ');
            }
            head = head[(end + 2)..];
        }
        return default;
    }

    private static int Number(ReadOnlySpan<byte> digits, char format) =>
        Utf8Parser.TryParse(digits, out int number, out _, format) ? number : throw new InvalidDataException("No length where HTTP has one.");
}
