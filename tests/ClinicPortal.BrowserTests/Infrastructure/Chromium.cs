using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(PortalPostgres))]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(Listener))]

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>The system's Chromium, one process for all tests; each person gets a context (a profile) of their own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public IBrowser Browser => browser!;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? Candidates.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("Chromium is missing: install it or set CHROMIUM_PATH.");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            // The sandbox needs user namespaces that containers and root do not have.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
                // Cameras and microphones are made up, and nobody is there to allow them.
                "--use-fake-device-for-media-stream=fps=10", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await Closing.EndsAsync("the browser of all tests", () => browser.CloseAsync());
        }
        playwright?.Dispose();
    }
}
