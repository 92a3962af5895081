using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>A hand-over code opens one session, on its host, in its browser, within half a minute.</summary>
public sealed class HandOverTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Tamagawa = "tamagawa.localhost";
    private const string Verifier = "__Host-handover";

    [Fact]
    public async Task Code_OfTheBrowserThatAsked_OpensASession()
    {
        var (browser, complete) = await HandedOverAsync();

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(complete)).Status);

        Assert.NotNull(browser.Cookie(Setagaya, "__Host-session"));
        Assert.Null(browser.Cookie(Setagaya, Verifier));
    }

    [Fact]
    public async Task Code_UsedTwice_IsRefused()
    {
        var (browser, complete) = await HandedOverAsync();
        using var copy = browser.On(portal.Node);
        await browser.GetAsync(complete);

        await AssertRefusedAsync(copy, complete);
    }

    [Fact]
    public async Task Code_InAnotherBrowser_IsRefusedAndUsedUp()
    {
        var (browser, complete) = await HandedOverAsync();
        using var other = new Browser(portal.Node);
        await other.GetAsync(portal.Node.Url("/session/begin", Setagaya));

        await AssertRefusedAsync(other, complete);
        await AssertRefusedAsync(browser, complete);
    }

    [Fact]
    public async Task Code_OnAnotherHost_IsRefused()
    {
        var (browser, complete) = await HandedOverAsync();
        browser.SetCookie(Tamagawa, Verifier, browser.Cookie(Setagaya, Verifier)!);

        await AssertRefusedAsync(browser, new Uri(complete.ToString().Replace(Setagaya, Tamagawa, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Code_AfterThirtySeconds_IsRefused()
    {
        var (browser, complete) = await HandedOverAsync();
        portal.Clock.Advance(TimeSpan.FromSeconds(30));

        await AssertRefusedAsync(browser, complete);
    }

    [Fact]
    public async Task Code_AfterTheSignOut_IsRefused()
    {
        var (browser, complete) = await HandedOverAsync();
        await browser.PostAsync(await browser.OpenAsync(portal.Node.Url("/places")), "/sign-out");

        await AssertRefusedAsync(browser, complete);
    }

    [Fact]
    public async Task Code_AfterTheMembershipEnded_OpensNothing()
    {
        var (browser, complete) = await HandedOverAsync("facility1@setagaya.example");
        await portal.Database.ExecuteAsync(
            "UPDATE identity.membership SET valid_until = $1 WHERE account_id = (SELECT id FROM identity.account WHERE user_name = 'facility1@setagaya.example')",
            portal.Clock.Now);

        await browser.GetAsync(complete);

        Assert.Equal("/session/begin", (await browser.GetAsync(portal.Node.Url("/", Setagaya))).Location!.AbsolutePath);
    }

    /// <returns>A browser just before it follows the sign-in host's last redirect, and where that leads.</returns>
    private async Task<(Browser Browser, Uri Complete)> HandedOverAsync(string email = "secretariat@setagaya.example")
    {
        var browser = new Browser(portal.Node);
        var signIn = await browser.OpenAsync(portal.Node.Url("/", Setagaya));
        var passwordSent = await browser.PostAsync(signIn, "/sign-in", ("email", email), ("password", ClinicPortal.Modules.Identity.Demo.DemoAccess.Password));
        var answer = await browser.ProveAsync(await browser.OpenAsync(passwordSent.Location!));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        return (browser, answer.Location!);
    }

    private static async Task AssertRefusedAsync(Browser browser, Uri complete)
    {
        var page = await browser.GetAsync(complete);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Null(browser.Cookie(complete.Host, "__Host-session"));
    }
}
