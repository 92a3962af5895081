using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A page's connection to a room, as anybody can make one.</summary>
public sealed class RoomConnection : IAsyncDisposable
{
    private readonly HubSocket hub;

    private RoomConnection(HubSocket hub) => this.hub = hub;

    /// <summary>The participant that the page is, once it has joined.</summary>
    public Guid Self { get; private set; }

    public JsonElement Welcome { get; private set; }

    /// <param name="origin">The page that opens it; by default one of the host.</param>
    public static async Task<RoomConnection> OpenAsync(PortalNode node, Browser browser, string host, string? origin = null) =>
        new(await HubSocket.OpenAsync(node, "/room", host, browser.Cookies(host), origin));

    /// <returns>Null when it is in; else why not.</returns>
    public async Task<string?> JoinAsync(string? ticket)
    {
        var (result, error) = await hub.InvokeAsync("Join", ticket);
        if (error is null)
        {
            (Welcome, Self) = (result, result.GetProperty("self").GetGuid());
        }
        return error;
    }

    /// <returns>Null when it was passed on; else why not.</returns>
    public async Task<string?> SendAsync(Guid to, string kind = "hello", string? body = null) => (await hub.InvokeAsync("Send", to, Message(kind, body))).Error;

    public Task<(JsonElement Result, string? Error)> InvokeAsync(string target, params object?[] arguments) => hub.InvokeAsync(target, arguments);

    /// <summary>Sends without waiting for an answer.</summary>
    public Task BeginAsync(string target, params object?[] arguments) => hub.BeginAsync(target, arguments);

    /// <summary>The next message of that kind, such as <c>signal</c>, <c>state</c> or <c>over</c>, also one that came meanwhile.</summary>
    public Task<JsonElement> HearAsync(string target) => hub.HearAsync(target);

    /// <summary>Waits for a signal, and says whom it is from.</summary>
    public async Task<Guid> SignalFromAsync() => (await hub.HearAsync("signal"))[0].GetGuid();

    /// <summary>Whether anything of that kind has come so far; what was sent before an invocation has come when that is answered.</summary>
    public async Task<bool> HasHeardAsync(string target)
    {
        await hub.InvokeAsync("Echo");
        return hub.Has(target);
    }

    public Task ClosedAsync() => hub.ClosedAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    private static object Message(string kind, string? body) => new { kind, page = "page", @for = (string?)null, body };
}
