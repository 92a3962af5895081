using System.Text;
using System.Text.Json.Nodes;

namespace ClinicPortal.Shared.Documents;

/// <summary>A document to be printed: complete HTML, and the files that it refers to by their path.</summary>
/// <param name="Find">Content of a file such as <c>/assets/app.css</c> with its type; null for whatever else the document asks for, which it then does not get.</param>
public sealed record PrintableDocument(string Html, Func<string, (byte[] Content, string Type)?> Find);

/// <summary>
/// Turns documents into PDF by one Chromium that stays, without a network: everything it asks for is answered from here. It is started with the
/// first document, and again when it died. One document at a time; whoever comes meanwhile waits.
/// </summary>
public sealed class PdfPrinter(IConfiguration configuration, ILogger<PdfPrinter> logger) : IAsyncDisposable
{
    private const string Origin = "https://document.invalid";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly object OnPaper = new { preferCSSPageSize = true, printBackground = true };

    private readonly SemaphoreSlim turn = new(1);
    private ChromiumProcess? browser;
    private PrintableDocument? current;
    private TaskCompletionSource loaded = new();
    private string session = "";

    /// <summary>For tests, which end it.</summary>
    internal int? ProcessId => browser?.Id;

    /// <exception cref="DevToolsException">Chromium failed; the next document gets a new one.</exception>
    public async Task<byte[]> PrintAsync(PrintableDocument document, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await turn.WaitAsync(cancellationToken);
        try
        {
            patience.CancelAfter(Patience);
            await EnsureStartedAsync(patience.Token);
            (current, loaded) = (document, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            await CallAsync("Page.navigate", new { url = $"{Origin}/" }, patience.Token);
            await loaded.Task.WaitAsync(patience.Token);
            await CallAsync("Runtime.evaluate", new { expression = "document.fonts.ready.then(() => true)", awaitPromise = true }, patience.Token);
            var printed = await CallAsync("Page.printToPDF", OnPaper, patience.Token);
            return Convert.FromBase64String(printed["data"]!.GetValue<string>());
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            await StopAsync();
            throw new DevToolsException("Chromium took too long.", late);
        }
        catch
        {
            // In whatever state it is: the next document begins with a new one.
            await StopAsync();
            throw;
        }
        finally
        {
            current = null;
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        turn.Dispose();
    }

    private async Task EnsureStartedAsync(CancellationToken cancellationToken)
    {
        if (browser is { IsAlive: true })
        {
            return;
        }
        await StopAsync();
        browser = await ChromiumProcess.StartAsync(configuration[ChromiumProcess.Setting], cancellationToken);
        browser.Tools.Happened = Take;
        var page = await browser.Tools.SendAsync("Target.createTarget", new { url = "about:blank" }, null, cancellationToken);
        var attached = await browser.Tools.SendAsync(
            "Target.attachToTarget", new { targetId = page["targetId"]!.GetValue<string>(), flatten = true }, null, cancellationToken);
        session = attached["sessionId"]!.GetValue<string>();
        await CallAsync("Page.enable", null, cancellationToken);
        await CallAsync("Fetch.enable", new { patterns = new[] { new { urlPattern = "*" } } }, cancellationToken);
        logger.LogInformation("Chromium prints documents, process {Id}", browser.Id);
    }

    private async Task StopAsync()
    {
        if (browser is { } old)
        {
            browser = null;
            await old.DisposeAsync();
        }
    }

    private Task<JsonNode> CallAsync(string method, object? parameters, CancellationToken cancellationToken) =>
        (browser ?? throw new DevToolsException("Chromium is not running.")).Tools.SendAsync(method, parameters, session, cancellationToken);

    private void Take(string method, JsonNode parameters)
    {
        switch (method)
        {
            case "Page.loadEventFired":
                loaded.TrySetResult();
                break;
            case "closed":
                loaded.TrySetException(new DevToolsException("Chromium is gone."));
                break;
            case "Fetch.requestPaused":
                _ = AnswerAsync(parameters["requestId"]!.GetValue<string>(), parameters["request"]!["url"]!.GetValue<string>());
                break;
        }
    }

    private async Task AnswerAsync(string request, string url)
    {
        try
        {
            var path = url.StartsWith(Origin, StringComparison.Ordinal) ? url[Origin.Length..] : null;
            (byte[] Content, string Type)? answer = path switch
            {
                null => null,
                "/" => (Encoding.UTF8.GetBytes(current?.Html ?? ""), "text/html; charset=utf-8"),
                _ => current?.Find(path),
            };
            await (answer is var (content, type)
                ? CallAsync("Fetch.fulfillRequest", new
                {
                    requestId = request, responseCode = 200, body = Convert.ToBase64String(content),
                    responseHeaders = new[]
                    {
                        new { name = "Content-Type", value = type }, new { name = "Cache-Control", value = path == "/" ? "no-store" : "max-age=31536000, immutable" },
                    },
                }, CancellationToken.None)
                : CallAsync("Fetch.failRequest", new { requestId = request, errorReason = "AddressUnreachable" }, CancellationToken.None));
        }
        catch (DevToolsException gone)
        {
            logger.LogDebug(gone, "A request of a document was not answered");
        }
    }
}
