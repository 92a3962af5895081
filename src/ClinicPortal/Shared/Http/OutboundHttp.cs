using System.Net;
using System.Net.Sockets;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// The one way to call an address that a person or an association has configured: by TLS only, to public addresses only, with the address checked that
/// the socket really connects to, so that a name which changes its mind between the check and the call gains nothing. Redirects are not followed.
/// In Development the portal may call itself and its neighbours.
/// </summary>
public static class OutboundHttp
{
    /// <summary>What is no public host: this machine, private and shared networks, link-local with the clouds' metadata, documentation, multicast, reserved.</summary>
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static IHttpClientBuilder ToPublicHostsOnly(this IHttpClientBuilder client) =>
        client.ConfigurePrimaryHttpMessageHandler(provider => Handler(provider.GetRequiredService<IHostEnvironment>().IsDevelopment()));

    public static bool IsPublic(IPAddress address)
    {
        var host = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.TrueForAll(NotPublic, network => !network.Contains(host));
    }

    internal static HttpMessageHandler Handler(bool toNeighboursToo)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would look the name up itself, and connect to what nobody has checked.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };
        if (toNeighboursToo)
        {
            return sockets;
        }
        sockets.ConnectCallback = ConnectAsync;
        return new TlsOnly { InnerHandler = sockets };
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var written) ? [written] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        // One that is not public among public ones is a trap too.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, IsPublic))
        {
            throw new OutboundRefusedException($"{host} is no public host.");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class TlsOnly : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri is { Scheme: "https", UserInfo: "" }
                ? base.SendAsync(request, cancellationToken)
                : throw new OutboundRefusedException("Only addresses that begin with https:// are called.");
    }
}

/// <summary>The configured address is none that the portal calls.</summary>
public sealed class OutboundRefusedException(string message) : HttpRequestException(message);
