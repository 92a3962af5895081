using System.Net;
using System.Net.Sockets;
using System.Text;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.IntegrationTests.Web;

/// <summary>An address that somebody configured must not make the portal call its own neighbours.</summary>
public sealed class OutboundHttpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://localhost/")]
    [InlineData("https://desk.localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://100.100.100.200/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://user:secret@example.com/")]
    public async Task Address_ThatIsNoPublicHostByTls_IsNotCalled(string address)
    {
        using var http = new HttpClient(OutboundHttp.Handler(toNeighboursToo: false));

        var refusal = await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetAsync(new Uri(address), Cancellation));

        // Looking up a name that there is none of fails as well; nothing may have been reached.
        Assert.True(refusal is OutboundRefusedException || refusal.InnerException is OutboundRefusedException or SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain },
            $"{refusal}");
    }

    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:192.168.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("::", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("255.255.255.255", false)]
    public void IsPublic_KnowsWhatIsNot(string address, bool isPublic) => Assert.Equal(isPublic, OutboundHttp.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task Redirect_IsNotFollowed_NotEvenInDevelopment()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answered = AnswerOnceAsync(listener);
        using var http = new HttpClient(OutboundHttp.Handler(toNeighboursToo: true));

        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Cancellation);

        await answered;
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public void EveryClientOfThePortal_IsMadeWithTheGuard()
    {
        // A client without it would be one that nobody attacked here.
        var unguarded = from file in Directory.EnumerateFiles(Path.Combine(Checkout(), "src", "ClinicPortal"), "*.cs", SearchOption.AllDirectories)
                        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.EndsWith("OutboundHttp.cs", StringComparison.Ordinal)
                        let code = File.ReadAllText(file)
                        where code.Contains("new HttpClient(", StringComparison.Ordinal) || code.Contains("new SocketsHttpHandler", StringComparison.Ordinal)
                            || (code.Contains("AddHttpClient", StringComparison.Ordinal) && !code.Contains(nameof(OutboundHttp.ToPublicHostsOnly), StringComparison.Ordinal))
                        select Path.GetFileName(file);

        Assert.Equal([], unguarded);
    }

    private static string Checkout()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "ClinicPortal.sln")))
        {
            directory = directory.Parent;
        }
        return directory.FullName;
    }

    private static async Task AnswerOnceAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: Cancellation);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), Cancellation);
    }
}
