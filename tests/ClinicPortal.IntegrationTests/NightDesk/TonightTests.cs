using System.Net;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>What a unit knows ends with the night, and never held what other units do.</summary>
public sealed class TonightTests : IClassFixture<PortalFixture>
{
    private readonly PortalFixture portal;
    private readonly TestNight night;

    public TonightTests(PortalFixture portal)
    {
        this.portal = portal;
        night = new TestNight(portal);
        portal.Clock.Now = NightClock.Start;
    }

    [Fact]
    public async Task Doctor_AfterTheNight_ReadsNoReport_OwnOnesIncluded()
    {
        var (visited, report) = await night.ReportedVisitAsync(await night.PatientAsync());
        (await night.Doctor().GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK);

        portal.Clock.Advance(TimeSpan.FromHours(25));

        Assert.Equal("report.not-found", (await night.Doctor().GetAsync($"/api/v1/reports/{report}")).Code);
        Assert.Equal("case.not-found", (await night.Doctor().GetAsync($"/api/v1/cases/{visited}")).Code);
        Assert.Empty((await night.Doctor().GetAsync("/api/v1/reports")).Expect(HttpStatusCode.OK).Body.GetProperty("items").EnumerateArray());
        (await night.Clinic().GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Doctor_AfterTheNight_StillFinishesTheReportThatIsDue_AndThenIsDone()
    {
        var visited = await night.VisitAsync(await night.PatientAsync());

        portal.Clock.Advance(TimeSpan.FromHours(25));

        Assert.Contains(visited, await MineAsync());
        (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", TestNight.Written)).Expect(HttpStatusCode.OK);
        var report = (await night.Doctor().PostAsync($"/api/v1/cases/{visited}/report/submit")).Expect(HttpStatusCode.OK).Id;
        Assert.Equal("report.not-found", (await night.Doctor().GetAsync($"/api/v1/reports/{report}")).Code);
        Assert.DoesNotContain(visited, await MineAsync());
    }

    [Fact]
    public async Task Unit_AnswersARequestOfAnotherNight_AsAStranger()
    {
        var (_, dispatch) = await night.RequestAsync(await night.PatientAsync());

        portal.Clock.Advance(TimeSpan.FromHours(25));

        var late = await night.Doctor().PostAsync($"/api/v1/dispatches/{dispatch}/accept");
        Assert.Equal((HttpStatusCode.NotFound, "dispatch.not-found"), (late.Status, late.Code));
        (await night.Desk.PostAsync($"/api/v1/dispatches/{dispatch}/accept")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Unit_SeesItsOwnRequestOnly_AndNotWhyAnotherDeclined()
    {
        var (subject, first) = await night.RequestAsync(await night.PatientAsync());
        (await night.Doctor().PostAsync($"/api/v1/dispatches/{first}/decline", new { reason = "前の診療が長引いている" })).Expect(HttpStatusCode.OK);
        var second = (await night.Desk.PostAsync($"/api/v1/cases/{subject}/dispatches", new { unitId = StableId.Of("setagaya", "unit2") }))
            .Expect(HttpStatusCode.Created).Id;

        var seen = (await night.Doctor(2).GetAsync($"/api/v1/cases/{subject}")).Expect(HttpStatusCode.OK).Body;
        var told = (await night.Doctor(2).GetAsync($"/api/v1/cases/{subject}/events")).Expect(HttpStatusCode.OK).Body;

        Assert.Equal([second], seen.GetProperty("dispatches").EnumerateArray().Select(d => d.GetProperty("id").GetGuid()));
        Assert.Equal(["opened", "outcome-decided", "triaged", "unit-offered"], told.EnumerateArray().Select(Kind).Order());
        var desk = (await night.Desk.GetAsync($"/api/v1/cases/{subject}/events")).Expect(HttpStatusCode.OK).Body;
        Assert.Equal(
            ["unit-declined", "unit-offered", "unit-offered"],
            desk.EnumerateArray().Select(Kind).Where(kind => kind.StartsWith("unit-", StringComparison.Ordinal)).Order());
    }

    private static string Kind(JsonElement told) => told.GetProperty("kind").GetString()!;

    private async Task<IEnumerable<Guid>> MineAsync() =>
        (await night.Doctor().GetAsync("/api/v1/dispatches?mine")).Expect(HttpStatusCode.OK).Body.EnumerateArray().Select(d => d.GetProperty("caseId").GetGuid());
}
