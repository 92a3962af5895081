using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ClinicPortal.Benchmarks.Desk;

/// <summary>Reads pages as a browser would and looks into them.</summary>
internal sealed partial class BrowserView(int port) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        // The hosts' names need not resolve here.
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public async Task<string> ReadAsync(string host, string path, string cookie, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{port}{path}") { Headers = { { "Cookie", cookie } } };
        using var response = await http.SendAsync(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK
            ? await response.Content.ReadAsStringAsync(cancellationToken)
            : throw new InvalidOperationException($"GET {path} on {host} answered {(int)response.StatusCode}.");
    }

    /// <summary>What the page's script joins its topics with.</summary>
    public static string LiveToken(string page) => LiveTokenMeta().Match(page) is { Success: true } meta
        ? meta.Groups[1].Value
        : throw new InvalidOperationException("The page has no live token.");

    /// <summary>The page without what is new in each rendering – form tokens and keys, the live token – and without white space between tags.</summary>
    public static string Comparable(string page) => BetweenTags().Replace(PerRequest().Replace(page, "$1…"), "><");

    public void Dispose() => http.Dispose();

    [GeneratedRegex("<meta name=\"live-token\" content=\"([^\"]+)\"")]
    private static partial Regex LiveTokenMeta();

    [GeneratedRegex("((?:name=\"__RequestVerificationToken\" value|name=\"idempotency-key\" value|name=\"live-token\" content)=\")[^\"]+")]
    private static partial Regex PerRequest();

    [GeneratedRegex(@">\s+<")]
    private static partial Regex BetweenTags();
}
