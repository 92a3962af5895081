using System.Text;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>Clients that each read one page again and again, as a browser would ask for it.</summary>
/// <param name="Cookie">Signs the clients in.</param>
internal sealed record ReadPage(int Port, string Host, string Path, string Cookie, int Clients, double Seconds) : LoadPlan
{
    public override Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var request = Encoding.ASCII.GetBytes(
            $"GET {Path} HTTP/1.1\r\nHost: {Host}:{Port}\r\nCookie: {Cookie}\r\nAccept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n");
        return Load.Clients.RunAsync(
            Clients, Seconds, async _ => new Client(this, await HttpConnection.OpenAsync(Port, cancellationToken), request), cancellationToken);
    }

    private sealed class Client(ReadPage plan, HttpConnection connection, byte[] request) : IClient
    {
        public async ValueTask<string?> AskAsync(CancellationToken cancellationToken) =>
            await connection.SendAsync(request, cancellationToken) is var status and not 200 ? $"GET {plan.Path} answered {status}" : null;

        public ValueTask DisposeAsync()
        {
            connection.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
