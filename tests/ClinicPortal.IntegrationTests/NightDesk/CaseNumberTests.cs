using System.Globalization;
using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>Numbers that people say aloud: one per case, counted by association and night.</summary>
public sealed class CaseNumberTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Numbers_OfCallsTakenAtOnce_AreDifferent()
    {
        portal.Clock.Now = NightClock.Start;
        var numbers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ => (await Association.Setagaya.OpenCaseAsync(portal.Node)).Text("number")));

        Assert.Equal(16, numbers.Distinct().Count());
        Assert.All(numbers, number => Assert.Matches(@"^SG-261122-\d{3}$", number));
    }

    [Fact]
    public async Task Numbers_OfTwoAssociations_AreCountedApart()
    {
        var tamagawa = await Association.Tamagawa.OpenCaseAsync(portal.Node);
        await Association.Koto.OpenCaseAsync(portal.Node);
        var next = await Association.Tamagawa.OpenCaseAsync(portal.Node);

        Assert.Equal(Count(tamagawa) + 1, Count(next));
    }

    [Theory]
    [InlineData("2026-11-23T02:00:00+09:00", "SG-261122-", "2026-11-22")]
    [InlineData("2026-11-23T21:00:00+09:00", "SG-261123-", "2026-11-23")]
    public async Task Night_BearsTheDateItBegan(string at, string prefix, string night)
    {
        portal.Clock.Now = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
        var opened = await Association.Setagaya.OpenCaseAsync(portal.Node);
        using var desk = portal.Node.Api(Association.Setagaya.Desk);

        Assert.StartsWith(prefix, opened.Text("number"), StringComparison.Ordinal);
        Assert.Equal(night, (await desk.GetAsync(opened.Location!)).Expect(HttpStatusCode.OK).Text("night"));
    }

    private static int Count(ApiAnswer opened) => int.Parse(opened.Text("number").Split('-')[2], CultureInfo.InvariantCulture);
}
