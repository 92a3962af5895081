using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using Microsoft.AspNetCore.Localization;

namespace ClinicPortal.IntegrationTests.Routes;

/// <summary>Who chose English reads dates in English, on every screen that shows one.</summary>
public sealed class LanguageTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";

    [Fact]
    public async Task English_WritesNoDateInJapanese()
    {
        var night = new TestNight(portal);
        var (visited, report) = await night.ReportedVisitAsync(await night.PatientAsync());
        using var clinic = await EnglishAsync("clinic1.doctor@setagaya.example");
        using var secretariat = await EnglishAsync("secretariat@setagaya.example");

        foreach (var path in new[] { "/board", $"/cases/{visited}", "/inbox", $"/reports/{report}", $"/reports/{report}/print", "/patients", "/invoice-lines" })
        {
            await HasNoJapaneseDateAsync(clinic, path);
        }
        await HasNoJapaneseDateAsync(secretariat, "/roster");
    }

    private async Task<Browser> EnglishAsync(string email)
    {
        var browser = await Browser.SignInAsync(portal.Node, email, Host);
        browser.SetCookie(Host, PortalPipeline.LanguageCookie, Uri.EscapeDataString(CookieRequestCultureProvider.MakeCookieValue(new RequestCulture("en"))));
        return browser;
    }

    private async Task HasNoJapaneseDateAsync(Browser browser, string path)
    {
        var page = await browser.OpenAsync(portal.Node.Url(path, Host));

        Assert.Equal((HttpStatusCode.OK, "en"), (page.Status, page.Document.DocumentElement.GetAttribute("lang")));
        var found = Regex.Match(page.Document.Body!.TextContent, @"\d月\s*\d+日");
        Assert.False(found.Success, $"{path} says {found.Value}");
    }
}
