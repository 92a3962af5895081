using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Live;

/// <summary>A live connection ends with the session that it was opened under, and with no other.</summary>
public sealed class EndedSessionTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string DeskHost = "desk.localhost";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignOut_OnOneNode_ClosesTheConnectionOnTheOther_AndNobodyElses()
    {
        var other = await portal.StartNodeAsync();
        using var leaving = await Browser.SignInAsync(portal.Node, "operator1@desk.example", DeskHost);
        using var staying = await Browser.SignInAsync(portal.Node, "operator2@desk.example", DeskHost);
        await using var left = await FollowBoardAsync(other, leaving);
        await using var stayed = await FollowBoardAsync(other, staying);
        var board = await leaving.OpenAsync(portal.Node.Url("/board", DeskHost));

        await leaving.PostAsync(board, "/sign-out");
        await CloseEndedAsync(other);

        await left.ClosedAsync(Cancellation);
        using var api = portal.Node.Api("demo.desk.operator");
        await api.PostAsync("/api/v1/cases", new { association = "setagaya", caller = new { kind = "family", phone = "03-5555-0101" } });
        await stayed.ChangedAsync(LiveTopics.Board(StableId.Of("tenant", "setagaya")), Cancellation);
    }

    [Fact]
    public async Task Expiry_ClosesTheConnection()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "operator1@desk.example", DeskHost);
        await using var live = await FollowBoardAsync(portal.Node, browser);
        var night = portal.Clock.Now;
        try
        {
            portal.Clock.Advance(TimeSpan.FromHours(17));

            await CloseEndedAsync(portal.Node);

            await live.ClosedAsync(Cancellation);
        }
        finally
        {
            portal.Clock.Now = night;
        }
    }

    [Fact]
    public async Task RevokedAgreement_ClosesTheConnectionsOfTheDesk_AndTheOldPageJoinsNoMore()
    {
        const string Tamagawa = "UPDATE app.cover_agreement SET revoked_at = $1, revoked_by_name = $2, revoked_side = $2 WHERE tenant_id = $3";
        using var browser = await Browser.SignInAsync(portal.Node, "operator2@desk.example", DeskHost);
        var board = await browser.OpenAsync(portal.Node.Url("/board", DeskHost));
        await using var live = await LiveConnection.OpenAsync(portal.Node, browser, board, Cancellation);
        await CloseEndedAsync(portal.Node);
        using var api = portal.Node.Api("demo.desk.operator");
        await api.PostAsync("/api/v1/cases", new { association = "tamagawa", caller = new { kind = "family", phone = "03-5555-0101" } });
        await live.ChangedAsync(LiveTopics.Board(StableId.Of("tenant", "tamagawa")), Cancellation);

        await portal.Database.ExecuteAsync(Tamagawa, portal.Clock.Now, "test", StableId.Of("tenant", "tamagawa"));
        await portal.Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);
        await CloseEndedAsync(portal.Node);

        await live.ClosedAsync(Cancellation);
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => LiveConnection.OpenAsync(portal.Node, browser, board, Cancellation));
        Assert.Contains("stale", refusal.Message, StringComparison.Ordinal);
        await using var anew = await FollowBoardAsync(portal.Node, browser);
        await api.PostAsync("/api/v1/cases", new { association = "setagaya", caller = new { kind = "family", phone = "03-5555-0102" } });
        await anew.ChangedAsync(LiveTopics.Board(StableId.Of("tenant", "setagaya")), Cancellation);
    }

    private static async Task<LiveConnection> FollowBoardAsync(PortalNode node, Browser browser)
    {
        using var page = browser.On(node);
        return await LiveConnection.OpenAsync(node, page, await page.OpenAsync(node.Url("/board", DeskHost)), Cancellation);
    }

    private static Task CloseEndedAsync(PortalNode node) => node.Services.GetRequiredService<LiveConnections>().CloseEndedAsync(Cancellation);
}
