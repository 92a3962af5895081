using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>
/// The way of picture and sound to the relay: every packet passes through here, and one participant's can be cut, as when a phone loses its network.
/// Whose packets they are is what the relay is told (USERNAME of STUN, RFC 8489).
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    private const int Largest = 65_536;
    private const uint MagicCookie = 0x2112A442;
    private const int HeaderLength = 20;
    private const int UserName = 0x0006;

    private readonly ConcurrentDictionary<EndPoint, Caller> callers = new();
    private readonly CancellationTokenSource ended = new();
    private readonly Socket door;
    private readonly IPEndPoint relay;
    private readonly Task taking;
    private readonly int port;
    private string? cut;

    public Wire(IPEndPoint relay)
    {
        this.relay = relay;
        door = Open(relay.Address);
        port = ((IPEndPoint)door.LocalEndPoint!).Port;
        taking = TakeAsync();
    }

    public int Port => port;

    public void Cut(Guid participant) => Volatile.Write(ref cut, $"{participant:N}");

    public void Mend() => Volatile.Write(ref cut, null);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        door.Dispose();
        await Closing.EndsAsync($"the wire at port {port}", () => taking);
        foreach (var caller in callers.Values)
        {
            caller.Way.Dispose();
        }
        ended.Dispose();
    }

    private static Socket Open(IPAddress address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20, SendBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private async Task TakeAsync()
    {
        var buffer = GC.AllocateArray<byte>(Largest, pinned: true);
        try
        {
            while (true)
            {
                var taken = await door.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), ended.Token);
                var caller = callers.GetOrAdd(taken.RemoteEndPoint, Greet);
                var packet = buffer.AsMemory(0, taken.ReceivedBytes);
                caller.Name ??= NameIn(packet.Span);
                if (!IsCut(caller))
                {
                    await caller.Way.SendToAsync(packet, SocketFlags.None, relay, ended.Token);
                }
            }
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private Caller Greet(EndPoint from)
    {
        var caller = new Caller(Open(relay.Address));
        _ = AnswerAsync(caller, from);
        return caller;
    }

    private async Task AnswerAsync(Caller caller, EndPoint to)
    {
        var buffer = GC.AllocateArray<byte>(Largest, pinned: true);
        try
        {
            while (true)
            {
                var taken = await caller.Way.ReceiveFromAsync(buffer, SocketFlags.None, relay, ended.Token);
                if (!IsCut(caller))
                {
                    await door.SendToAsync(buffer.AsMemory(0, taken.ReceivedBytes), SocketFlags.None, to, ended.Token);
                }
            }
        }
        catch (Exception) when (ended.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    /// <summary>Whoever has not said yet who they are passes: nothing goes that way but the relay's question who it is.</summary>
    private bool IsCut(Caller caller) => Volatile.Read(ref cut) is { } name && caller.Name?.EndsWith(name, StringComparison.Ordinal) == true;

    private static string? NameIn(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < HeaderLength || packet[0] > 3 || BinaryPrimitives.ReadUInt32BigEndian(packet[4..]) != MagicCookie)
        {
            return null;
        }
        for (var at = HeaderLength; at + 4 <= packet.Length;)
        {
            var (kind, length) = (BinaryPrimitives.ReadUInt16BigEndian(packet[at..]), BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]));
            if (kind == UserName && at + 4 + length <= packet.Length)
            {
                return Encoding.UTF8.GetString(packet.Slice(at + 4, length));
            }
            // Attributes begin at multiples of four.
            at += 4 + ((length + 3) & ~3);
        }
        return null;
    }

    private sealed class Caller(Socket way)
    {
        public Socket Way => way;

        public string? Name { get; set; }
    }
}
