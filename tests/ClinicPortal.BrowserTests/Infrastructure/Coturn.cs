using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ClinicPortal.Modules.Telehealth.Room;

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>The relay of the distribution (coturn), for one test, with the settings of infra/coturn but on this machine's own address.</summary>
public sealed class Coturn : IAsyncDisposable
{
    private const string Program = "/usr/bin/turnserver";
    private readonly Process process;
    private readonly string secret;

    private Coturn(Process process, IPAddress address, int port, string secret) => (this.process, Address, Port, this.secret) = (process, address, port, secret);

    public IPAddress Address { get; }

    public int Port { get; }

    public static async Task<Coturn> StartAsync()
    {
        Assert.True(File.Exists(Program), "coturn is missing: apt-get install coturn.");
        var address = NetworkInterface.GetAllNetworkInterfaces().Where(one => one.OperationalStatus == OperationalStatus.Up && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address).FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
        var port = FreePort(address);
        var secret = Guid.NewGuid().ToString("N");
        var process = Process.Start(new ProcessStartInfo(Program,
        [
            "-n", "--listening-ip", $"{address}", "--relay-ip", $"{address}", "--listening-port", port.ToString(CultureInfo.InvariantCulture), "--use-auth-secret", "--static-auth-secret", secret,
            "--realm", "portal.test", "--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers", "--log-file", "stdout", "--pidfile", Path.Combine(Path.GetTempPath(), $"turn-{secret}.pid"),
            "--userdb", Path.Combine(Path.GetTempPath(), $"turn-{secret}.db"),
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (true)
        {
            Assert.False(process.HasExited, "coturn did not start.");
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(address, port, TestContext.Current.CancellationToken);
                return new Coturn(process, address, port, secret);
            }
            catch (SocketException)
            {
                // Not yet listening.
            }
        }
    }

    /// <param name="transport"><c>udp</c> or <c>tcp</c>: how browsers reach the relay.</param>
    /// <param name="wire">What they reach in its place.</param>
    public TurnOptions Options(string transport, Wire? wire = null) => new()
    {
        Urls = [$"turn:{Address}:{wire?.Port ?? Port}?transport={transport}"],
        Secret = secret,
        RelayOnly = true,
        // The test night is not today; coturn counts seconds in 32 bits, until 2038.
        LifetimeMinutes = 10 * 366 * 24 * 60,
    };

    /// <summary>Nothing passes, and nobody is told.</summary>
    public void Stop() => Signal("STOP");

    public void Continue() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        Continue();
        process.Kill();
        await Closing.EndsAsync($"the relay at {Address}:{Port}", () => process.WaitForExitAsync(CancellationToken.None));
        process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static int FreePort(IPAddress address)
    {
        using var listener = new TcpListener(address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
