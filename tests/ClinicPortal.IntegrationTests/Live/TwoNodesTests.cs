using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Live;

public sealed class TwoNodesTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly string Board = LiveTopics.Board(StableId.Of("tenant", "setagaya"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CaseOpenedOnOneNode_IsPushedToABoardOnTheOther_WithinASecond()
    {
        var other = await portal.StartNodeAsync();
        using var signedIn = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        using var browser = signedIn.On(other);
        var board = await browser.OpenAsync(other.Url("/board", "desk.localhost"));
        await using var live = await LiveConnection.OpenAsync(other, browser, board, Cancellation);
        using var api = portal.Node.Api("demo.desk.operator");
        // The first time, code is compiled and both nodes' links to the database may still be opening.
        while (!await IsPushedAsync(api, live, TimeSpan.FromSeconds(2)))
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        Assert.True(await IsPushedAsync(api, live, TimeSpan.FromSeconds(1)));
    }

    [Fact(Timeout = 60_000)]
    public async Task NewsInTheMomentTheLinkBreaks_StillComes()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        var board = await browser.OpenAsync(portal.Node.Url("/board", "desk.localhost"));
        await using var live = await LiveConnection.OpenAsync(portal.Node, browser, board, Cancellation);
        using var api = portal.Node.Api("demo.desk.operator");
        while (!await IsPushedAsync(api, live, TimeSpan.FromSeconds(2)))
        {
            Cancellation.ThrowIfCancellationRequested();
        }

        await using var breakLink = portal.Database.App.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_notify($1, $2)'");
        Assert.NotEqual(0L, await breakLink.ExecuteScalarAsync(Cancellation));
        Assert.True(await IsPushedAsync(api, live, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task SessionOfOneNode_IsGoodOnTheOther()
    {
        var other = await portal.StartNodeAsync();
        using var signedIn = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        using var browser = signedIn.On(other);

        var board = await browser.GetAsync(other.Url("/board", "desk.localhost"));

        Assert.Equal(HttpStatusCode.OK, board.Status);
    }

    [Fact]
    public async Task LiveToken_OfAnotherSession_IsRefused()
    {
        using var operator1 = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        using var operator2 = await Browser.SignInAsync(portal.Node, "operator2@desk.example", "desk.localhost");
        var board = await operator1.OpenAsync(portal.Node.Url("/board", "desk.localhost"));

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => LiveConnection.OpenAsync(portal.Node, operator2, board, Cancellation));

        Assert.Contains("stale", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> IsPushedAsync(ApiClient api, LiveConnection live, TimeSpan within)
    {
        var pushed = live.ChangedAsync(Board, Cancellation);
        (await api.PostAsync("/api/v1/cases", new { association = "setagaya", caller = new { kind = "family", phone = "03-5555-0101" } })).Expect(HttpStatusCode.Created);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(within);
        await Task.WhenAny(pushed, Task.Delay(Timeout.Infinite, deadline.Token));
        var inTime = pushed.IsCompletedSuccessfully;
        await pushed;
        return inTime;
    }
}
