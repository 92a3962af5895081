using System.Net;
using System.Text.RegularExpressions;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>The order of a new installation is anybody's guess: the first person may be invited before the portal has ever run.</summary>
public sealed partial class FirstAccountTests(PortalPostgres postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invited_BeforeTheFirstStart_ComesInAfterIt()
    {
        await using var database = await postgres.EmptyAsync();

        var (code, said) = await PortalProcess.RunAsync(
            database, ["accounts", "invite", "--role", "platform-operator", "--at", "desk", "--email", "first@new.example"], Cancellation);

        Assert.True(code == 0, said);
        await using var node = await PortalNode.StartAsync(database);
        using var browser = new Browser(node);
        var link = node.Url(Link().Match(said).Groups[1].Value);
        await browser.JoinAsync(link, "first@new.example", TimeProvider.System.GetUtcNow());
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(node.Url("/accounts", "desk.localhost"))).Status);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("enable")]
    public async Task Disabled_BeforeTheFirstStart_IsSaidToBeNobody(string command)
    {
        await using var database = await postgres.EmptyAsync();

        var (code, said) = await PortalProcess.RunAsync(database, ["accounts", command, "--email", "first@new.example"], Cancellation);

        Assert.Equal(1, code);
        Assert.Contains("first@new.example", said, StringComparison.Ordinal);
    }

    [GeneratedRegex("https?://[^/]+(/invitation/[A-Za-z0-9_-]+)")]
    private static partial Regex Link();
}
