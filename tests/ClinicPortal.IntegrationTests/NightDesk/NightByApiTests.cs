using System.Net;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>The main job by API: a call comes in, a doctor goes, the visit is over.</summary>
public sealed class NightByApiTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private PortalNode Node => portal.Node;

    [Theory]
    [InlineData("setagaya", true)]
    [InlineData("setagaya", false)]
    [InlineData("tamagawa", true)]
    [InlineData("tamagawa", false)]
    [InlineData("koto", true)]
    [InlineData("koto", false)]
    public async Task Case_FromTheCallToTheEndOfTheVisit_TakesEveryStep(string identifier, bool registered)
    {
        var association = Association.Of(identifier);
        var patient = registered ? await association.PatientAsync(portal) : (Guid?)null;
        using var desk = Node.Api(association.Desk);
        using var doctor = Node.Api(association.Doctor);

        var opened = await association.OpenCaseAsync(Node, patient);
        Assert.Equal("received", opened.Text("status"));
        Assert.StartsWith($"{association.Prefix}-261122-", opened.Text("number"), StringComparison.Ordinal);
        var path = opened.Location!;
        Assert.Equal($"/api/v1/cases/{opened.Id}", path);

        Assert.Equal("triaged", await StatusAsync(desk, $"{path}/triage", new { level = "orange", reason = "呼吸が速い" }));
        Assert.Equal("dispatch-requested", await StatusAsync(
            desk, $"{path}/outcome", new { outcome = "home-visit", requestedBy = "長女", doctorName = "山田 太郎" }));
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        var offered = (await desk.PostAsync($"{path}/dispatches", new { unitId = association.Unit })).Expect(HttpStatusCode.Created);
        Assert.Equal(registered, offered.Body.GetProperty("minutesToDoor").ValueKind == JsonValueKind.Number);
        foreach (var (step, state, status) in Steps)
        {
            portal.Clock.Advance(TimeSpan.FromMinutes(5));
            var answer = (await doctor.PostAsync($"/api/v1/dispatches/{offered.Id}/{step}")).Expect(HttpStatusCode.OK);
            Assert.Equal((state, status), (answer.Text("state"), answer.Text("caseStatus")));
        }

        var found = (await doctor.GetAsync(path)).Expect(HttpStatusCode.OK).Body;
        Assert.Equal("report-due", found.GetProperty("status").GetString());
        Assert.Equal("長女", found.GetProperty("requestedBy").GetString());
        Assert.Equal("山田 太郎", found.GetProperty("decidingDoctor").GetProperty("name").GetString());
        var visit = Assert.Single(found.GetProperty("dispatches").EnumerateArray());
        Assert.Equal(TimeSpan.FromMinutes(15), visit.GetProperty("completedAt").GetDateTimeOffset() - visit.GetProperty("answeredAt").GetDateTimeOffset());
        Assert.Equal(10, visit.GetProperty("employer").GetProperty("code").GetString()!.Length);
        Assert.Equal(
            ["opened", "triaged", "outcome-decided", "unit-offered", "unit-accepted", "unit-departed", "unit-arrived", "visit-completed"],
            (await desk.GetAsync($"{path}/events")).Expect(HttpStatusCode.OK).Body.EnumerateArray().Select(e => e.GetProperty("kind").GetString()!));
    }

    [Fact]
    public async Task SuggestedUnit_IsAFreeOne_AndUnitsTellWhoIsBusy()
    {
        var (_, first) = await Association.Setagaya.OfferAsync(Node);
        var another = await Association.Setagaya.CaseToVisitAsync(Node);
        using var desk = Node.Api(Association.Setagaya.Desk);

        var suggested = (await desk.PostAsync($"/api/v1/cases/{another}/dispatches")).Expect(HttpStatusCode.Created);
        var units = (await desk.GetAsync("/api/v1/units")).Expect(HttpStatusCode.OK).Body.EnumerateArray()
            .ToDictionary(u => u.GetProperty("unitId").GetGuid(), u => u.GetProperty("activeCases").GetInt32());

        Assert.NotEqual(Association.Setagaya.Unit, suggested.Body.GetProperty("unitId").GetGuid());
        Assert.Equal((1, 1), (units[Association.Setagaya.Unit], units[suggested.Body.GetProperty("unitId").GetGuid()]));
        using var doctor = Node.Api(Association.Setagaya.Doctor);
        Assert.Contains(first, (await doctor.GetAsync("/api/v1/dispatches?mine")).Body.EnumerateArray().Select(d => d.GetProperty("id").GetGuid()));
    }

    [Fact]
    public async Task DeclinedJob_LeavesTheDoctorsSight_AndIsOfferedToAnother()
    {
        var (subject, dispatch) = await Association.Tamagawa.OfferAsync(Node);
        using var desk = Node.Api(Association.Tamagawa.Desk);
        using var doctor = Node.Api(Association.Tamagawa.Doctor);
        (await doctor.GetAsync($"/api/v1/cases/{subject}")).Expect(HttpStatusCode.OK);

        (await doctor.PostAsync($"/api/v1/dispatches/{dispatch}/decline", new { reason = "車両が使えない" })).Expect(HttpStatusCode.OK);

        Assert.Equal("case.not-found", (await doctor.GetAsync($"/api/v1/cases/{subject}")).Expect(HttpStatusCode.NotFound).Code);
        Assert.Equal("dispatch.not-found", (await doctor.GetAsync($"/api/v1/dispatches/{dispatch}")).Expect(HttpStatusCode.NotFound).Code);
        var second = (await desk.PostAsync($"/api/v1/cases/{subject}/dispatches")).Expect(HttpStatusCode.Created);
        Assert.NotEqual(Association.Tamagawa.Unit, second.Body.GetProperty("unitId").GetGuid());
    }

    [Fact]
    public async Task ListOfCases_HasOnlyThoseOfTheCaller()
    {
        var known = await Association.Setagaya.OpenCaseAsync(Node, await Association.Setagaya.PatientAsync(portal));
        var unknown = await Association.Setagaya.OpenCaseAsync(Node);

        Assert.Superset(new HashSet<Guid> { known.Id, unknown.Id }, await ListedAsync("demo.desk.operator"));
        var clinic = await ListedAsync("demo.setagaya.clinic1");
        Assert.Contains(known.Id, clinic);
        Assert.DoesNotContain(unknown.Id, clinic);
        Assert.DoesNotContain(known.Id, await ListedAsync("demo.setagaya.clinic2"));
        Assert.DoesNotContain(known.Id, await ListedAsync("demo.setagaya.doctor3"));
        Assert.Empty((await ListedAsync("demo.koto.clinic1")).Intersect([known.Id, unknown.Id]));
    }

    private static (string Step, string State, string Status)[] Steps =>
    [
        ("accept", "accepted", "accepted"), ("depart", "departed", "en-route"), ("arrive", "arrived", "on-site"), ("complete", "completed", "report-due"),
    ];

    private async Task<string> StatusAsync(ApiClient api, string path, object body)
    {
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        return (await api.PostAsync(path, body)).Expect(HttpStatusCode.OK).Text("status");
    }

    private async Task<HashSet<Guid>> ListedAsync(string key)
    {
        using var api = Node.Api(key);
        return [.. (await api.GetAsync("/api/v1/cases?open=true&night=2026-11-22")).Expect(HttpStatusCode.OK).Body.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("id").GetGuid())];
    }
}
