using System.Net;
using System.Net.Sockets;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Secrets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>
/// The real application on real sockets of this machine, on a test's database. Several nodes may share one database.
/// Hosts are reached by their names (<c>http://desk.localhost:port/…</c>), whatever the machine resolves.
/// </summary>
public sealed class PortalNode : IAsyncDisposable
{
    /// <summary>Of all nodes of all tests, which work on clones of one database.</summary>
    public const string MasterKey = "tests=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly Factory? factory;

    private PortalNode(Factory factory)
    {
        this.factory = factory;
        var addresses = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Port = new Uri(addresses.Addresses.First()).Port;
    }

    private PortalNode(int port) => Port = port;

    public int Port { get; }

    public IServiceProvider Services => factory?.Services ?? throw new InvalidOperationException("The node is another process.");

    /// <param name="clock">The portal's clock; without one it is real.</param>
    /// <param name="configure">Replaces services, for tests that need a part to behave otherwise.</param>
    /// <param name="setting">One that is configured otherwise.</param>
    public static async Task<PortalNode> StartAsync(
        PortalTestDatabase database, TimeProvider? clock = null, Action<IServiceCollection>? configure = null, (string Name, string Value)? setting = null)
    {
        var factory = new Factory(database, clock ?? TimeProvider.System, configure, setting);
        factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        // Starting is synchronous and takes its time; other classes go on meanwhile.
        await Task.Run(factory.StartServer);
        return new PortalNode(factory);
    }

    /// <summary>One that runs in a process of its own, which whoever started it ends.</summary>
    public static PortalNode Elsewhere(int port) => new(port);

    public Uri Url(string path, string host = "localhost") => new($"http://{host}:{Port}{path}");

    /// <summary>A client without cookies that follows no redirects; relative addresses are of the given host.</summary>
    public HttpClient Client(string host = "localhost") => new(factory is null ? Sockets() : new NodeLog.Teller(factory.Log, Sockets())) { BaseAddress = Url("/", host) };

    /// <summary>Connects to this machine, whatever host an address names.</summary>
    public SocketsHttpHandler Sockets() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    /// <summary>The JSON API under one of the demonstration's keys, for example <c>demo.desk.operator</c>.</summary>
    public ApiClient Api(string key, string host = "localhost") => new(Client(host), key);

    public ValueTask DisposeAsync() => factory?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed class Factory(
        PortalTestDatabase database, TimeProvider clock, Action<IServiceCollection>? configure, (string Name, string Value)? setting) : WebApplicationFactory<Program>
    {
        public NodeLog Log { get; } = new();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("ConnectionStrings:Portal", database.Connections.App);
            builder.UseSetting("ConnectionStrings:PortalOwner", database.Connections.Owner);
            builder.UseSetting(MasterKeys.Setting, MasterKey);
            builder.UseSetting("Logging:LogLevel:Default", "Warning");
            // Many nodes of tests would share one folder of paper sheets.
            builder.UseSetting("PaperDirectory", "");
            // What tests book themselves must not be in the way of what a newcomer is shown.
            builder.UseSetting("Demo:Evening", "false");
            // A test that moves the clock on by hours would find its screens locked.
            foreach (var place in new[] { "Desk", "Office", "Phone" })
            {
                builder.UseSetting($"IdleLock:{place}Minutes", "0");
            }
            builder.UseSetting("Audit:AnchorDirectory", database.AnchorDirectory);
            if (setting is var (name, value))
            {
                builder.UseSetting(name, value);
            }
            builder.ConfigureLogging(logging => logging.AddProvider(Log));
            if (SuiteLog.Listening is { } everything)
            {
                builder.ConfigureLogging(logging => logging.AddProvider(everything).AddFilter<SuiteLog>(null, LogLevel.Information));
            }
            builder.ConfigureServices(services =>
            {
                services.Replace(ServiceDescriptor.Singleton(clock));
                services.Replace(ServiceDescriptor.Singleton<IMailGateway>(database.Mails));
                services.Replace(ServiceDescriptor.Singleton<ISmsGateway>(database.Messages));
                // Tests sign in thousands of times; how slow hashing is in service has a test of its own.
                services.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000);
                // The issuers of tests are on this machine, which is busy.
                services.AddHttpClient(IssuerReader.Client, client => client.Timeout = TimeSpan.FromMinutes(1));
                configure?.Invoke(services);
            });
        }
    }
}
