using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>Two participants in each of many rooms tell each other candidates in turn, evenly over time; measured is from sending until the other has it.</summary>
/// <param name="Bare">By the bare hub instead of the portal's.</param>
internal sealed record RelaySignals(int Port, string Host, int Rooms, double Seconds, double PerSecond, bool Bare) : LoadPlan
{
    private const char EndOfMessage = '\x1e';

    public override async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var (heard, missing) = (new List<long>(), 0);
        var people = new List<Attendant>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            for (var number = 0; number < Rooms * 2; number++)
            {
                people.Add(await ComeInAsync(http, number, cancellationToken));
            }
            var readers = people.Select(person => ReadAsync(person, heard, ended.Token)).ToList();
            var sent = await SendAsync(people, cancellationToken);
            for (var patience = Stopwatch.GetTimestamp(); Heard(heard) < sent && Stopwatch.GetElapsedTime(patience) < TimeSpan.FromSeconds(10);)
            {
                await Task.Delay(20, cancellationToken);
            }
            missing = sent - Heard(heard);
            await ended.CancelAsync();
            await Task.WhenAll(readers);
            return new LoadResult(sent, sent / Seconds, Latencies.Of(heard), missing == 0 ? null : $"{missing} of {sent} messages never came.");
        }
        finally
        {
            people.ForEach(person => person.Socket.Dispose());
        }
    }

    private static int Heard(List<long> heard)
    {
        lock (heard)
        {
            return heard.Count;
        }
    }

    private async Task<Attendant> ComeInAsync(HttpMessageInvoker http, int number, CancellationToken cancellationToken)
    {
        var cookie = $"__Host-visitor={Video.Rooms.Pass(number)}";
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        await socket.ConnectAsync(new Uri($"ws://{Host}:{Port}{(Bare ? Serving.BareRelay.Path : "/room")}"), http, cancellationToken);
        var person = new Attendant(socket, Video.Rooms.Participant(number ^ 1));
        await person.WriteAsync("""{"protocol":"json","version":1}""", cancellationToken);
        await person.ReadAsync(cancellationToken);
        var ticket = $"{Video.Rooms.Participant(number)}";
        if (!Bare)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}:{Port}/join/room/ticket") { Headers = { { "Cookie", cookie } } };
            using var response = await http.SendAsync(request, cancellationToken);
            ticket = response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync(cancellationToken)
                : throw new InvalidOperationException($"The ticket was answered {(int)response.StatusCode}.");
        }
        await person.WriteAsync($$"""{"type":1,"invocationId":"j","target":"Join","arguments":["{{ticket}}"]}""", cancellationToken);
        string answer;
        do
        {
            answer = await person.ReadAsync(cancellationToken);
        }
        while (!answer.Contains("\"invocationId\":\"j\"", StringComparison.Ordinal));
        return answer.Contains("\"error\"", StringComparison.Ordinal) ? throw new InvalidOperationException(answer) : person;
    }

    /// <returns>How many were sent.</returns>
    private async Task<int> SendAsync(List<Attendant> people, CancellationToken cancellationToken)
    {
        var (sent, began) = (0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(began).TotalSeconds < Seconds)
        {
            var due = (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * PerSecond);
            for (; sent < due; sent++)
            {
                var person = people[sent % people.Count];
                var body = Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture);
                await person.WriteAsync($$"""{"type":1,"target":"Send","arguments":["{{person.Other}}",{"kind":"candidate","page":"p","for":null,"body":"{{body}}"}]}""", cancellationToken);
            }
            await Task.Delay(1, cancellationToken);
        }
        return sent;
    }

    private static async Task ReadAsync(Attendant person, List<long> heard, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                var text = await person.ReadAsync(ended);
                var now = Stopwatch.GetTimestamp();
                foreach (var message in text.Split(EndOfMessage, StringSplitOptions.RemoveEmptyEntries).Where(m => m.Contains("\"signal\"", StringComparison.Ordinal)))
                {
                    using var read = JsonDocument.Parse(message);
                    var sent = long.Parse(read.RootElement.GetProperty("arguments")[1].GetProperty("body").GetString()!, CultureInfo.InvariantCulture);
                    lock (heard)
                    {
                        heard.Add(now - sent);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private sealed record Attendant(ClientWebSocket Socket, Guid Other)
    {
        private readonly byte[] buffer = new byte[32 * 1024];

        public Task WriteAsync(string message, CancellationToken cancellationToken) =>
            Socket.SendAsync(Encoding.UTF8.GetBytes(message + EndOfMessage), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

        public async Task<string> ReadAsync(CancellationToken cancellationToken)
        {
            var length = 0;
            while (true)
            {
                var part = await Socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    throw new InvalidOperationException("The server closed a WebSocket.");
                }
                if (length > 0 && buffer[length - 1] == EndOfMessage)
                {
                    return Encoding.UTF8.GetString(buffer, 0, length);
                }
            }
        }
    }
}
