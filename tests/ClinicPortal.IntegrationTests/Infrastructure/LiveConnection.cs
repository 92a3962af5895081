namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>The live link of an open page.</summary>
public sealed class LiveConnection : IAsyncDisposable
{
    private readonly HubSocket hub;

    private LiveConnection(HubSocket hub) => this.hub = hub;

    /// <summary>Connects as the page that a person just opened does, and joins the topics that the page was granted.</summary>
    public static async Task<LiveConnection> OpenAsync(PortalNode node, Browser browser, BrowserPage page, CancellationToken cancellationToken)
    {
        var token = page.Document.QuerySelector("meta[name='live-token']")?.GetAttribute("content")
            ?? throw new InvalidOperationException($"{page.Url} is not a live page.");
        var hub = await HubSocket.OpenAsync(node, "/live", page.Url.Host, $"__Host-session={browser.Cookie(page.Url.Host, "__Host-session")}");
        var (_, error) = await hub.InvokeAsync("Join", token).WaitAsync(cancellationToken);
        Assert.True(error is null, error);
        return new LiveConnection(hub);
    }

    /// <summary>Waits until the page is told that the topic changed.</summary>
    public Task ChangedAsync(string topic, CancellationToken cancellationToken) =>
        hub.HearAsync("changed", arguments => arguments[0].EnumerateArray().Any(t => t.GetString() == topic)).WaitAsync(cancellationToken);

    /// <summary>Waits until the portal has closed the connection.</summary>
    public Task ClosedAsync(CancellationToken cancellationToken) => hub.ClosedAsync().WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => hub.DisposeAsync();
}
