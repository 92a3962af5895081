using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>The night phone as a doctor and a driver see it.</summary>
public sealed class NightPhoneTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string DeskHost = "desk.localhost";

    private PortalNode Node => portal.Node;

    [Theory]
    [InlineData("setagaya", DeskHost)]
    [InlineData("koto", "koto.localhost")]
    public async Task Doctor_GoesFromTheOfferToTheReport_ByOneButtonEach(string identifier, string host)
    {
        var association = Association.Of(identifier);
        var (subject, dispatch) = await association.OfferAsync(Node);
        using var phone = await Browser.SignInAsync(Node, $"doctor1@{identifier}.example", host);

        foreach (var step in new[] { "accept", "depart", "arrive", "complete" })
        {
            var page = await phone.OpenAsync(Node.Url($"/phone?job={dispatch}", host));
            var sent = await phone.PostAsync(page, $"/dispatches/{dispatch}/{step}");
            Assert.Equal((HttpStatusCode.SeeOther, "/phone"), (sent.Status, sent.Location?.AbsolutePath));
        }

        var over = await phone.OpenAsync(Node.Url($"/phone?job={dispatch}", host));
        Assert.NotNull(over.Document.QuerySelector($".phone-actions [href='/phone/cases/{subject}/report']"));
    }

    [Fact]
    public async Task DoubleTap_IsOneStep()
    {
        var (subject, dispatch) = await Association.Tamagawa.OfferAsync(Node);
        using var phone = await Browser.SignInAsync(Node, "doctor1@tamagawa.example", DeskHost);
        var page = await phone.OpenAsync(Node.Url("/phone", DeskHost));

        var taps = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => phone.PostAsync(page, $"/dispatches/{dispatch}/accept")));

        Assert.All(taps, tap => Assert.Equal(HttpStatusCode.SeeOther, tap.Status));
        Assert.Equal(1, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM nightdesk.case_event WHERE case_id = $1 AND kind = 'UnitAccepted'", subject));
    }

    [Fact]
    public async Task Decline_WithoutAReason_SaysSo_AndLeavesTheOffer()
    {
        var (_, dispatch) = await Association.Setagaya.OfferAsync(Node);
        using var phone = await Browser.SignInAsync(Node, "doctor1@setagaya.example", DeskHost);
        var page = await phone.OpenAsync(Node.Url($"/phone?job={dispatch}", DeskHost));

        var refused = await phone.PostAsync(page, $"/dispatches/{dispatch}/decline", ("reason", ""));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "応需できない理由を選んでください。"), (refused.Status, refused.Refusal?.Trim()));
        Assert.NotNull(refused.Document.QuerySelector($"form[action='/dispatches/{dispatch}/accept']"));
        Assert.Equal(HttpStatusCode.SeeOther, (await phone.PostAsync(refused, $"/dispatches/{dispatch}/decline", ("reason", "その他"))).Status);
        Assert.Null((await phone.OpenAsync(Node.Url($"/phone?job={dispatch}", DeskHost))).Document.QuerySelector($"form[action*='{dispatch}']"));
    }

    [Fact]
    public async Task Driver_SeesTheWay_ButNothingClinical()
    {
        var association = Association.Setagaya;
        using var desk = Node.Api(association.Desk);
        var opened = await association.OpenCaseAsync(Node, await association.PatientAsync(portal));
        (await desk.PostAsync($"{opened.Location}/triage", new { level = "orange", reason = "呼吸が速い" })).Expect(HttpStatusCode.OK);
        (await desk.PostAsync($"{opened.Location}/outcome", new { outcome = "home-visit", doctorName = "山田 太郎" })).Expect(HttpStatusCode.OK);
        var dispatch = (await desk.PostAsync($"{opened.Location}/dispatches", new { unitId = association.Unit })).Expect(HttpStatusCode.Created).Id;
        using var driver = await Browser.SignInAsync(Node, "driver1@setagaya.example", DeskHost);
        using var doctor = await Browser.SignInAsync(Node, "doctor1@setagaya.example", DeskHost);

        var drivers = (await driver.OpenAsync(Node.Url($"/phone?job={dispatch}", DeskHost))).Document;
        var doctors = (await doctor.OpenAsync(Node.Url($"/phone?job={dispatch}", DeskHost))).Document;

        Assert.NotNull(drivers.QuerySelector("a[href^='geo:']"));
        Assert.NotNull(drivers.QuerySelector("a[href^='tel:']"));
        Assert.Empty(drivers.QuerySelectorAll(".phone-actions form"));
        foreach (var clinical in new[] { "昨夜から熱がある", "呼吸が速い" })
        {
            Assert.DoesNotContain(clinical, drivers.Body!.TextContent, StringComparison.Ordinal);
            Assert.Contains(clinical, doctors.Body!.TextContent, StringComparison.Ordinal);
        }
        Assert.Null(drivers.QuerySelector(".summary"));
        Assert.NotNull(doctors.QuerySelector(".summary"));
        Assert.Equal([Roles.NightDoctor], (await portal.Database.AuditAsync("record_kind = 'patient' AND action = 'Opened'"))
            .Where(entry => entry.Reason == opened.Text("number")).Select(entry => entry.Role).Distinct());
    }

    [Fact]
    public async Task Doctor_WithoutAJob_SeesTheShift()
    {
        using var phone = await Browser.SignInAsync(Node, "doctor3@koto.example", "koto.localhost");

        var page = await phone.OpenAsync(Node.Url("/phone", "koto.localhost"));

        Assert.NotNull(page.Document.QuerySelector(".empty"));
        Assert.Empty(page.Document.QuerySelectorAll(".phone-actions"));
    }

    [Fact]
    public async Task Phone_FollowsItsOwnTopic()
    {
        using var phone = await Browser.SignInAsync(Node, "doctor2@setagaya.example", DeskHost);
        var page = await phone.OpenAsync(Node.Url("/phone", DeskHost));

        var topic = page.Document.QuerySelector("turbo-frame#phone")?.GetAttribute("data-live");

        Assert.Equal(LiveTopics.Phone(StableId.Of("setagaya", "doctor2")), topic);
        Assert.NotNull(page.Document.QuerySelector("meta[name=live-token]"));
    }
}
