using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Routes;

public sealed class HealthTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("/health/live", "live")]
    [InlineData("/health/ready", "ready")]
    public async Task Health_OfARunningNode_IsGood(string path, string answer)
    {
        using var client = portal.Node.Client();

        Assert.Equal(answer, await client.GetStringAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Request_ToAHostThatNobodyHas_Is404()
    {
        using var client = portal.Node.Client("elsewhere.localhost");

        using var response = await client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task SecondNode_OnTheSameDatabase_IsReady()
    {
        var second = await portal.StartNodeAsync();
        using var client = second.Client("desk.localhost");

        Assert.NotEqual(portal.Node.Port, second.Port);
        Assert.Equal("ready", await client.GetStringAsync("/health/ready", TestContext.Current.CancellationToken));
    }
}
