using System.Collections.Concurrent;
using System.Globalization;
using ClinicPortal.IntegrationTests.Infrastructure;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests.Infrastructure;

/// <summary>The last things a page asked for, was answered and said, for whoever has to find out why a test failed.</summary>
public sealed class Trail
{
    private const int Kept = 60;

    private readonly ConcurrentQueue<string> entries = new();

    private readonly IPage page;

    private readonly string name;

    public Trail(IPage page, string name)
    {
        (this.page, this.name) = (page, name);
        page.Request += (_, request) => Add("> " + request.Method + " " + request.Url);
        page.Request += (_, request) => SuiteLog.Listening?.Lines.Enqueue("requested " + request.Url);
        page.Response += (_, response) => Add("< " + response.Status.ToString(CultureInfo.InvariantCulture) + " " + response.Url);
        page.RequestFailed += (_, request) => Add("x " + request.Url + " " + request.Failure);
        page.FrameNavigated += (_, frame) => Add("= " + frame.Url);
        page.Console += (_, message) => Add("! " + message.Text);
        page.PageError += (_, error) => Add("! " + error);
        page.Crash += (_, _) => Add("the page crashed");
    }

    /// <summary>Whose page it is.</summary>
    public string Name => name;

    /// <summary>Into the test's output, which is shown when it fails.</summary>
    public void Write()
    {
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine($"{name} at {page.Url}");
        foreach (var entry in entries) output?.WriteLine("  " + entry);
    }

    public void Add(string what)
    {
        entries.Enqueue(TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture) + what);
        if (entries.Count > Kept) entries.TryDequeue(out _);
    }
}
