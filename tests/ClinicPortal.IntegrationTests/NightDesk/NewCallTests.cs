using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.NightDesk;

public sealed class NewCallTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Hit_SentWithWhatWasTyped_OpensTheCaseAtOnce()
    {
        var patient = await new TestNight(portal).PatientAsync();
        var phone = await portal.Database.ReadAsync<string>("SELECT coalesce(phone, mobile) FROM patients.patient WHERE id = $1", patient);
        using var desk = await DeskAsync();

        var found = await desk.SearchAsync(await desk.OpenAsync(Url("/cases/new")), "/cases/new/search", phone);
        var sent = await SendAsync(desk, found, ("patientId", patient.ToString()), ("searched", phone), ("caller.kind", "Family"), ("complaint", "息が苦しい"));

        Assert.NotNull(found.Document.QuerySelector($"button[name=patientId][value='{patient}']"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        var page = await desk.OpenAsync(sent.Location!);
        Assert.Contains("息が苦しい", page.Document.Body!.TextContent);
        // The number that found the patient is the one to call back.
        Assert.NotNull(page.Document.QuerySelector($".step a[href='tel:{phone}']"));
        Assert.NotNull(page.Document.QuerySelector(".case-chart .summary"));
    }

    [Fact]
    public async Task CallerWithoutARecord_AndWithoutAnAssociation_IsRefused_WithEverythingTyped()
    {
        using var desk = await DeskAsync();
        var page = await desk.OpenAsync(Url("/cases/new"));

        var refused = await SendAsync(
            desk, page, ("caller.kind", "Police"), ("caller.name", "玉川警察署"), ("caller.phone", "03-5555-0001"), ("complaint", "道で倒れている"), ("patient.address", "深沢四丁目"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var form = refused.Document.QuerySelector("#call")!;
        Assert.Equal("true", form.QuerySelector("select[name=association]")!.GetAttribute("aria-invalid"));
        Assert.Equal("Police", form.QuerySelector<IHtmlSelectElement>("select[name='caller.kind']")!.Value);
        Assert.Equal("道で倒れている", form.QuerySelector<IHtmlTextAreaElement>("textarea[name=complaint]")!.Value);
        Assert.Equal("深沢四丁目", form.QuerySelector("fluent-text-input[name='patient.address']")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("昭和15年3月2日")]
    [InlineData("S15.3.2")]
    [InlineData("1940/3/2")]
    public async Task BirthDate_AsPeopleWriteIt_IsTakenDown(string written)
    {
        using var desk = await DeskAsync();

        var sent = await SendAsync(
            desk, await desk.OpenAsync(Url("/cases/new")), ("association", "setagaya"), ("caller.kind", "Family"), ("patient.name", "山本 太郎"), ("patient.birthDate", written));

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        Assert.Contains("昭和15年3月2日", (await desk.OpenAsync(sent.Location!)).Document.QuerySelector(".case-chart")!.TextContent);
    }

    [Fact]
    public async Task BirthDate_ThatIsNone_IsRefusedBesideItsField()
    {
        using var desk = await DeskAsync();

        var refused = await SendAsync(
            desk, await desk.OpenAsync(Url("/cases/new")), ("association", "setagaya"), ("caller.kind", "Family"), ("patient.birthDate", "昭和15年13月2日"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var field = refused.Document.QuerySelector("fluent-text-input[name='patient.birthDate']")!;
        Assert.Equal("昭和15年13月2日", field.GetAttribute("value"));
        Assert.Contains("日付として読めません", field.ParentElement!.TextContent);
    }

    [Fact]
    public async Task Request_OfAFacility_HasItsOwnNumberToCallBack()
    {
        using var facility = await Browser.SignInAsync(portal.Node, "facility1@setagaya.example", "setagaya.localhost");

        var page = await facility.OpenAsync(portal.Node.Url("/cases/new", "setagaya.localhost"));

        Assert.StartsWith("0", page.Document.QuerySelector("fluent-text-input[name='caller.phone']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Request_OfAFacility_IsForItsOwnResidentsOnly()
    {
        var stranger = await new TestNight(portal).PatientAsync();
        using var facility = await Browser.SignInAsync(portal.Node, "facility1@setagaya.example", "setagaya.localhost");
        var page = await facility.OpenAsync(portal.Node.Url("/cases/new", "setagaya.localhost"));

        var refused = await SendAsync(facility, page, ("patientId", stranger.ToString()));

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
    }

    private static Task<BrowserPage> SendAsync(Browser browser, BrowserPage page, params (string Name, string Value)[] typed)
    {
        var fields = page.Document.QuerySelectorAll<IHtmlInputElement>("#call input[type=hidden]").Select(i => new KeyValuePair<string, string>(i.Name!, i.Value))
            .Concat(typed.Select(t => new KeyValuePair<string, string>(t.Name, t.Value)));
        return browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, "/cases/new")) { Content = new FormUrlEncodedContent(fields) });
    }

    private Task<Browser> DeskAsync() => Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");

    private Uri Url(string path) => portal.Node.Url(path, "desk.localhost");
}
