using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ClinicPortal.Shared.Documents;

/// <summary>A headless Chromium with a profile of its own, which goes with it, and the connection to its DevTools.</summary>
internal sealed partial class ChromiumProcess : IAsyncDisposable
{
    public const string Setting = "CHROMIUM_PATH";

    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Arguments =
    [
        "--headless", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu", "--disable-extensions", "--disable-sync", "--disable-background-networking",
        "--disable-component-update", "--disable-dev-shm-usage", "--font-render-hinting=none", "--host-resolver-rules=MAP * ~NOTFOUND",
        // The sandbox needs user namespaces that containers and root do not have; it shows documents of the portal's own and nothing else.
        "--no-sandbox",
    ];

    private readonly Process process;
    private readonly string profile;

    private ChromiumProcess(Process process, string profile, DevTools tools) => (this.process, this.profile, Tools) = (process, profile, tools);

    public DevTools Tools { get; }

    public int Id => process.Id;

    public bool IsAlive => !process.HasExited;

    public static bool IsThere(string? configured) => PathOf(configured) is { } path && File.Exists(path);

    private static string? PathOf(string? configured) => configured is { Length: > 0 } ? configured : Candidates.FirstOrDefault(File.Exists);

    public static async Task<ChromiumProcess> StartAsync(string? configured, CancellationToken cancellationToken)
    {
        var path = PathOf(configured)
            ?? throw new DevToolsException($"Chromium is missing: install it or set {Setting}.");
        var profile = Directory.CreateTempSubdirectory("clinicportal-chromium-").FullName;
        var start = new ProcessStartInfo(path) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[.. Arguments, $"--user-data-dir={profile}", "about:blank"])
        {
            start.ArgumentList.Add(argument);
        }
        var process = Process.Start(start) ?? throw new DevToolsException($"{path} did not start.");
        try
        {
            var address = await AddressAsync(process, cancellationToken);
            // What it says later must not fill the pipe.
            _ = DrainAsync(process.StandardError);
            _ = DrainAsync(process.StandardOutput);
            return new ChromiumProcess(process, profile, await DevTools.ConnectAsync(address, cancellationToken));
        }
        catch
        {
            await EndAsync(process, profile);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Tools.DisposeAsync();
        await EndAsync(process, profile);
    }

    private static async Task<Uri> AddressAsync(Process process, CancellationToken cancellationToken)
    {
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } found)
            {
                return new Uri(found.Groups[1].Value);
            }
        }
        throw new DevToolsException("Chromium ended before it listened.");
    }

    private static async Task DrainAsync(StreamReader said)
    {
        var buffer = new char[4096];
        try
        {
            while (await said.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The process has gone.
        }
    }

    private static async Task EndAsync(Process process, string profile)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process.Dispose();
        try
        {
            Directory.Delete(profile, recursive: true);
        }
        catch (IOException)
        {
            // A child of it still writes; the folder is empty of anything that matters.
        }
    }

    [GeneratedRegex(@"DevTools listening on (ws://\S+)")]
    private static partial Regex Listening();
}
