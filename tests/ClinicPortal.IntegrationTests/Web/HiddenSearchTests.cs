using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Web;

/// <summary>Searching for a person leaves no name in any address.</summary>
public sealed class HiddenSearchTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Search_IsAnsweredUnderAnAddressThatDoesNotSayWhatWasAsked_AndThatNobodyElseCanRead()
    {
        var patient = await new TestNight(portal).PatientAsync();
        var name = await portal.Database.ReadAsync<string>("SELECT family_kana FROM patients.patient WHERE id = $1", patient);
        using var clinic = await SignInAsync("clinic1@setagaya.example");
        var list = await clinic.OpenAsync(Url("/patients"));

        var sent = await clinic.PostAsync(list, "/patients/search", ("query", name));
        var found = await clinic.GetAsync(sent.Location!);

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        Assert.DoesNotContain(name, Uri.UnescapeDataString(sent.Location!.ToString()), StringComparison.Ordinal);
        Assert.NotNull(found.Document.QuerySelector($"a[href='/patients/{patient}']"));
        Assert.Equal(name, found.Document.QuerySelector("[name=query]")!.GetAttribute("value"));
        // The same address, opened by another session of the same clinic or changed, asks nothing.
        using var other = await SignInAsync("clinic1.doctor@setagaya.example");
        foreach (var address in new[] { sent.Location, new Uri(sent.Location + "x"), Url("/patients?search=garbage") })
        {
            Assert.True(string.IsNullOrEmpty((await other.GetAsync(address)).Document.QuerySelector("[name=query]")!.GetAttribute("value")));
        }
    }

    [Fact]
    public async Task Search_WithoutTheFormsToken_AsksNothing()
    {
        using var clinic = await SignInAsync("clinic1@setagaya.example");

        var sent = await clinic.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url("/patients/search")) { Content = new FormUrlEncodedContent([new("query", "サトウ")]) });

        Assert.Equal("/patients", sent.Location!.PathAndQuery);
    }

    [Fact]
    public async Task NameInAnAddress_IsNotASearchAnyMore()
    {
        using var clinic = await SignInAsync("clinic1@setagaya.example");

        Assert.True(string.IsNullOrEmpty((await clinic.GetAsync(Url("/patients?query=サトウ"))).Document.QuerySelector("[name=query]")!.GetAttribute("value")));
    }

    [Fact]
    public async Task Api_SearchesByPost_AsByGet_WithoutAnIdempotencyKey()
    {
        using var desk = portal.Node.Api("demo.desk.operator");

        var posted = (await desk.PostAsync("/api/v1/patients/search", new { query = "サトウ" }, idempotencyKey: "")).Expect(HttpStatusCode.OK);

        Assert.NotEqual(0, posted.Body.GetArrayLength());
        Assert.Equal((await desk.GetAsync("/api/v1/patients?query=サトウ")).Body.GetRawText(), posted.Body.GetRawText());
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.idempotency WHERE receipt::text LIKE '%サトウ%'"));
    }

    private Task<Browser> SignInAsync(string email) => Browser.SignInAsync(portal.Node, email, "setagaya.localhost");

    private Uri Url(string path) => portal.Node.Url(path, "setagaya.localhost");
}
