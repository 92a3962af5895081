using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>The application as an operator starts it: a process of its own with its own PostgreSQL in a data directory.</summary>
/// <param name="database">One of the tests instead of an own one.</param>
/// <param name="settings">What is configured otherwise.</param>
public sealed class PortalProcess(string dataDirectory, PortalTestDatabase? database = null, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private Process? process;

    public int Port { get; } = FreePort();

    public Uri Address => new($"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/");

    /// <summary>One of the application's commands, on a database of the tests.</summary>
    /// <returns>Its exit code and what it said.</returns>
    public static async Task<(int Code, string Said)> RunAsync(PortalTestDatabase database, string[] command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            // Where the application's own folder is found from.
            WorkingDirectory = Path.Combine(Repository(), "src", "ClinicPortal"),
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Encryption__MasterKeys__0"] = PortalNode.MasterKey, ["Logging__LogLevel__Default"] = "Error",
                ["ConnectionStrings__Portal"] = database.Connections.App, ["ConnectionStrings__PortalOwner"] = database.Connections.Owner,
            },
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])[Application(), .. command])
        {
            start.ArgumentList.Add(argument);
        }
        using var running = Process.Start(start)!;
        var said = await running.StandardOutput.ReadToEndAsync(cancellationToken);
        await running.WaitForExitAsync(cancellationToken);
        return (running.ExitCode, said);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var application = Path.Combine(Repository(), "src", "ClinicPortal");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Application(),
                "--contentRoot", application, "--DataDirectory", dataDirectory, "--Urls", Address.GetLeftPart(UriPartial.Authority),
                "--Logging:LogLevel:Default", "Error",
            },
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development", ["ConnectionStrings__Portal"] = database?.Connections.App ?? "",
                ["ConnectionStrings__PortalOwner"] = database?.Connections.Owner ?? "",
            },
            RedirectStandardOutput = true,
        };
        if (database is not null)
        {
            // As the nodes of this process.
            (start.Environment["Encryption__MasterKeys__0"], start.Environment["Demo__Evening"], start.Environment["Demo__Money"], start.Environment["PaperDirectory"]) = (PortalNode.MasterKey, "false", "false", "");
        }
        foreach (var (name, value) in settings)
        {
            start.ArgumentList.Add($"--{name}");
            start.ArgumentList.Add(value);
        }
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        await ReadyAsync(process, cancellationToken);
    }

    /// <summary>As <c>kill -9</c>: of the application only, its PostgreSQL runs on.</summary>
    public async Task KillAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task ReadyAsync(Process started, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartLimit);
        using var http = new HttpClient { BaseAddress = Address };
        while (true)
        {
            Assert.False(started.HasExited, "The application ended while it was starting.");
            try
            {
                using var ready = await http.GetAsync("/health/ready", deadline.Token);
                if (ready.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
        }
    }

    /// <summary>This test and the application are built alike: …/bin/Debug/net10.0.</summary>
    private static string Application()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Repository(), "src", "ClinicPortal", "bin", output.Parent!.Name, output.Name, "ClinicPortal.dll");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Repository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "ClinicPortal.sln")))
            {
                return directory.FullName;
            }
        }
        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
