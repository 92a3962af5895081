using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Requests;

/// <summary>Characters that no database keeps: refused by the name of their field, dropped where a person typed.</summary>
public sealed class UnstorableTextTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("\0")]
    [InlineData("\uFFFE")]
    public async Task Command_WithUnstorableText_NamesTheField(string character)
    {
        using var desk = portal.Node.Api("demo.desk.operator");

        var answer = await desk.PostAsync("/api/v1/cases", new
        {
            association = "setagaya",
            complaint = $"発熱{character}",
            caller = new { kind = "family", name = $"長女{character}" },
            patient = new { address = $"世田谷区経堂1-1{character}" },
        });

        Assert.Equal("malformed-request", answer.Expect(HttpStatusCode.BadRequest).Code);
        Assert.Equal(["caller.name", "complaint", "patient.address"], answer.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/api/v1/patients?query=%EF%BF%BE")]
    [InlineData("/api/v1/patients?query=%00")]
    public async Task Question_WithUnstorableText_NamesTheParameter(string path)
    {
        using var desk = portal.Node.Api("demo.desk.operator");

        var answer = (await desk.GetAsync(path)).Expect(HttpStatusCode.BadRequest);

        Assert.True(answer.Body.GetProperty("errors").TryGetProperty("query", out _));
    }

    [Fact]
    public async Task Outcome_WithANameOfAnyLength_IsRefused()
    {
        using var desk = portal.Node.Api("demo.desk.operator");
        var opened = (await desk.PostAsync("/api/v1/cases", new { association = "setagaya", complaint = "発熱" })).Expect(HttpStatusCode.Created);

        var answer = await desk.PostAsync($"/api/v1/cases/{opened.Id}/outcome", new { outcome = "phone-advice", doctorName = new string('山', 101) });

        Assert.True(answer.Expect(HttpStatusCode.UnprocessableEntity).Body.GetProperty("errors").TryGetProperty("doctorName", out _));
    }

    [Fact]
    public async Task Page_AskedWithUnstorableText_IsShown()
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");

        var page = await clinic.SearchAsync(await clinic.OpenAsync(portal.Node.Url("/patients", "setagaya.localhost")), "/patients/search", "\uFFFE");

        Assert.Equal(HttpStatusCode.OK, page.Status);
    }

    [Fact]
    public async Task SignIn_WithUnstorableText_IsRefusedAsUnknown()
    {
        using var browser = new Browser(portal.Node);

        var page = await browser.PostAsync(await browser.OpenAsync(portal.Node.Url("/sign-in")), "/sign-in", ("email", "a\uFFFE@b"), ("password", "x"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
    }

    [Fact]
    public async Task InvoiceLines_OnAnotherAssociationsHost_AreNone()
    {
        using var secretariat = portal.Node.Api("demo.setagaya.secretariat", "koto.localhost");

        var answer = (await secretariat.GetAsync("/api/v1/invoice-lines")).Expect(HttpStatusCode.OK);

        Assert.Empty(answer.Body.GetProperty("items").EnumerateArray());
    }
}
