using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.NightDesk;

public sealed class ListCasesTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task MoreCasesThanOneAnswerHolds_AreFollowedByNext()
    {
        using var desk = portal.Node.Api(Association.Setagaya.Desk);
        for (var left = Modules.NightDesk.ListCases.ListCasesHandler.Limit; left >= 0; left--)
        {
            // Many at the same instant: the place is exactly after one of them.
            portal.Clock.Advance(TimeSpan.FromSeconds(left % 50 == 0 ? 1 : 0));
            (await desk.PostAsync("/api/v1/cases", new { association = "setagaya" })).Expect(HttpStatusCode.Created);
        }
        var all = await portal.Database.ReadAllAsync<Guid>("SELECT id FROM nightdesk.\"case\" ORDER BY received_at DESC, id DESC");

        var first = (await desk.GetAsync("/api/v1/cases")).Expect(HttpStatusCode.OK);
        var second = (await desk.GetAsync($"/api/v1/cases?after={first.Text("next")}")).Expect(HttpStatusCode.OK);

        Assert.Equal(all, Ids(first).Concat(Ids(second)));
        Assert.Null(second.Body.GetProperty("next").GetString());
    }

    private static IEnumerable<Guid> Ids(ApiAnswer answer) => answer.Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid());
}
