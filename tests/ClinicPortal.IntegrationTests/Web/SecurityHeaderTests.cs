using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace ClinicPortal.IntegrationTests.Web;

public sealed class SecurityHeaderTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sign-in", "localhost")]
    [InlineData("/nothing-here", "setagaya.localhost")]
    [InlineData("/api/v1/cases", "desk.localhost")]
    public async Task EveryAnswer_ForbidsInlineScripts_Framing_AndTellingOthersWhereOneWas(string path, string host)
    {
        using var http = portal.Node.Client(host);
        using var answer = await http.GetAsync(path, Cancellation);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single().Split(';', StringSplitOptions.TrimEntries);
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("style-src 'self'", policy);
        Assert.Contains("connect-src 'self'", policy);
        Assert.Contains("base-uri 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain(policy, directive => directive.Contains("unsafe", StringComparison.Ordinal) || directive.Contains('*') && !directive.StartsWith("form-action", StringComparison.Ordinal));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        // In Development there is no TLS to insist on.
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task OutsideDevelopment_TlsIsInsistedOn()
    {
        await using var node = await PortalNode.StartAsync(portal.Database, portal.Clock, services => services.AddSingleton<IHostEnvironment>(
            new HostingEnvironment { EnvironmentName = Environments.Production, ContentRootPath = portal.Node.Services.GetRequiredService<IHostEnvironment>().ContentRootPath }));
        using var http = node.Client();
        using var answer = await http.GetAsync("/sign-in", Cancellation);

        Assert.Equal("max-age=31536000; includeSubDomains", answer.Headers.GetValues("Strict-Transport-Security").Single());
    }

    [Theory]
    [InlineData("/patients/looks.csv")]
    [InlineData("/patients")]
    [InlineData("/session/begin")]
    public async Task WhatIsForOnePerson_IsKeptByNoCache(string path)
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", "setagaya.localhost");
        using var http = portal.Node.Client("setagaya.localhost");
        using var question = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Cookie", clinic.Cookies("setagaya.localhost") } } };
        using var answer = await http.SendAsync(question, Cancellation);

        Assert.True(answer.StatusCode < HttpStatusCode.BadRequest);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Pages_HaveNoInlineScriptOrStyle()
    {
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        foreach (var path in new[] { "/board", "/cases/new", "/paper" })
        {
            var page = await desk.OpenAsync(portal.Node.Url(path, "desk.localhost"));

            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Empty(page.Document.QuerySelectorAll("script:not([src]), style, [style], [onclick], [onload], [onsubmit], a[href^='javascript:']"));
        }
    }

    [Fact]
    public async Task Cookies_AreOfOneHostAlone_AndOutOfReachOfScripts()
    {
        using var http = portal.Node.Client();
        using var answer = await http.GetAsync("/sign-in", Cancellation);

        foreach (var cookie in answer.Headers.GetValues("Set-Cookie"))
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            foreach (var flag in new[] { "secure", "httponly", "samesite=", "path=/" })
            {
                Assert.Contains(flag, cookie, StringComparison.OrdinalIgnoreCase);
            }
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task ChosenLanguage_IsACookieOfOneHostAlone()
    {
        using var browser = new Browser(portal.Node);
        var page = await browser.OpenAsync(portal.Node.Url("/sign-in"));
        await browser.PostAsync(page, "/language", ("language", "en"));

        Assert.NotNull(browser.Cookie("localhost", "__Host-lang"));
        Assert.Equal("en", (await browser.OpenAsync(page.Url)).Document.DocumentElement.GetAttribute("lang"));
    }

    [Theory]
    [InlineData(null, "127.0.0.1")]
    [InlineData("192.0.2.0/24", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.7")]
    public async Task CallersAddress_IsBelievedOfTheConfiguredProxyOnly(string? proxy, string expected)
    {
        await using var node = await PortalNode.StartAsync(
            portal.Database, portal.Clock, setting: proxy is null ? null : ($"{SecurityHeaders.ProxySetting}:0", proxy));
        using var http = node.Client();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "demo.desk.operator");
        // The first of the two is what a caller wrote; the proxy adds what it saw.
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9, 198.51.100.7");
        http.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        using var answer = await http.GetAsync("/api/v1/patients?query=サトウ", Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(expected, await portal.Database.ReadAsync<string>("SELECT origin FROM app.audit_entry WHERE record_kind = 'patient' ORDER BY id DESC LIMIT 1"));
        // The test clock stands still, so the newest entry is told by its place only.
        await portal.Database.ExecuteAsync("DELETE FROM app.audit_entry WHERE record_kind = 'patient'");
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://tamagawa.localhost")]
    [InlineData("null")]
    public async Task LiveConnection_FromAPageOfAnotherHost_IsRefused(string origin)
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        var request = new HttpRequestMessage(HttpMethod.Get, portal.Node.Url("/live", "setagaya.localhost")) { Headers = { { "Origin", origin } } };

        Assert.Equal(HttpStatusCode.Forbidden, (await clinic.SendAsync(request)).Status);
    }
}
