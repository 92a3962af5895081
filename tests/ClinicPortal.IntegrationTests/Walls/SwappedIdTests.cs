using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.NightDesk;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>Ids of another association where a body or a hidden field names a record: answered like ids that nobody has, and nothing is written.</summary>
public sealed class SwappedIdTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task IdsOfAnotherAssociation_InBodiesOfTheApi_AnswerLikeUnknownOnes()
    {
        var foreign = await Association.Koto.PatientAsync(portal);
        using var desk = portal.Node.Api("demo.desk.operator");
        var opened = (await Association.Setagaya.OpenCaseAsync(portal.Node)).Id;
        var visit = await Association.Setagaya.CaseToVisitAsync(portal.Node);
        (string Path, Func<Guid, object> Body, Guid Foreign)[] swaps =
        [
            ("/api/v1/cases", id => new { association = "setagaya", patientId = id, caller = new { kind = "family", name = "長男" }, complaint = "発熱" }, foreign),
            ("/api/v1/cases", id => new { patientId = id, caller = new { kind = "family", name = "長男" }, complaint = "発熱" }, foreign),
            ($"/api/v1/cases/{visit}/dispatches", id => new { unitId = id }, Association.Koto.Unit),
            ($"/api/v1/cases/{opened}/outcome", id => new { outcome = "home-visit", requestedBy = "長男", doctorId = id }, StableId.Of("koto", "doctor1")),
        ];
        var before = await RowsOfTenant.ReadAsync(portal.Database, "koto");

        foreach (var (path, body, id) in swaps)
        {
            var (real, unknown) = (await desk.PostAsync(path, body(id)), await desk.PostAsync(path, body(Guid.CreateVersion7())));
            Assert.True(real.Status >= HttpStatusCode.BadRequest, path);
            Assert.Equal((unknown.Status, unknown.Code), (real.Status, real.Code));
        }
        Assert.Empty((await RowsOfTenant.ReadAsync(portal.Database, "koto")).Since(before));
    }

    [Fact]
    public async Task PatientOfAnotherAssociation_InAHiddenField_IsNotTied()
    {
        var subject = (await Association.Setagaya.OpenCaseAsync(portal.Node)).Id;
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        var page = await desk.GetAsync(portal.Node.Url($"/cases/{subject}", "desk.localhost"));
        var token = page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

        foreach (var id in new[] { await Association.Koto.PatientAsync(portal), Guid.NewGuid() })
        {
            var answer = await desk.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/cases/{subject}/patient", "desk.localhost"))
            {
                Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("idempotency-key", Guid.NewGuid().ToString()), new("patientId", $"{id}")]),
            });
            Assert.True(answer.Status is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity, $"{answer.Status}");
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM nightdesk.case WHERE id = $1 AND patient_id IS NOT NULL", subject));
    }

    [Theory]
    [InlineData("clinic1.doctor@setagaya.example", "setagaya.localhost", "/patients")]
    [InlineData("operator1@desk.example", "desk.localhost", "/board")]
    public async Task SessionCookie_AlteredByALetter_OrCarriedToAnotherHost_OpensNothing(string email, string host, string path)
    {
        using var browser = await Browser.SignInAsync(portal.Node, email, host);
        var session = browser.Cookie(host, "__Host-session")!;
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(portal.Node.Url(path, host))).Status);

        foreach (var altered in new[] { session[..^1], session + "A", (session[0] == 'A' ? 'B' : 'A') + session[1..], session.ToLowerInvariant() + "x", "", "'; --" })
        {
            using var thief = new Browser(portal.Node);
            thief.SetCookie(host, "__Host-session", altered);
            Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync(portal.Node.Url(path, host))).Status);
        }
        foreach (var elsewhere in new[] { "koto.localhost", "tamagawa.localhost", host == "desk.localhost" ? "setagaya.localhost" : "desk.localhost" })
        {
            using var thief = new Browser(portal.Node);
            thief.SetCookie(elsewhere, "__Host-session", session);
            Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync(portal.Node.Url(path, elsewhere))).Status);
        }
    }

    [Fact]
    public async Task FormToken_OfAnotherSession_IsRefused()
    {
        using var mine = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        using var theirs = await Browser.SignInAsync(portal.Node, "clinic2@setagaya.example", "setagaya.localhost");
        var form = (await theirs.GetAsync(portal.Node.Url("/sharing", "setagaya.localhost"))).Form("/sharing/rule");
        form["facility"] = "true";

        var answer = await mine.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url("/sharing/rule", "setagaya.localhost")) { Content = new FormUrlEncodedContent(form) });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.sharing_rule"));
    }

    [Fact]
    public async Task MembershipThatEnded_OpensNothingWithinAMinute_ByCookieAndByKey()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "clinic3.doctor@setagaya.example", "setagaya.localhost");
        using var key = portal.Node.Api("demo.setagaya.clinic3");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(portal.Node.Url("/patients", "setagaya.localhost"))).Status);
        (await key.GetAsync("/api/v1/reports")).Expect(HttpStatusCode.OK);

        await portal.Database.ExecuteAsync(
            "UPDATE identity.membership SET valid_until = $2 WHERE account_id = $1", StableId.Of("setagaya", "clinic3.doctor"), NightClock.Start.UtcDateTime);
        portal.Clock.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(portal.Node.Url("/patients", "setagaya.localhost"))).Status);
        // What is kept of a key is forgotten with the news of the change, which takes its way on a busy machine.
        var answer = await key.GetAsync("/api/v1/reports");
        for (var again = 0; answer.Status == HttpStatusCode.OK && again < 200; again++)
        {
            answer = await key.GetAsync("/api/v1/reports");
        }
        answer.Expect(HttpStatusCode.Unauthorized);
    }
}
