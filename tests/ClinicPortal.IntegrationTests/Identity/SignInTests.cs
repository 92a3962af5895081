using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Identity;

public sealed class SignInTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";

    [Fact]
    public async Task SignIn_WithThePassword_LeadsBackToThePageThatWasAskedFor()
    {
        using var browser = new Browser(portal.Node);
        var signIn = await browser.OpenAsync(portal.Node.Url("/members?x=1", Setagaya));
        Assert.Equal("localhost", signIn.Url.Host);

        var page = await browser.SignInAsync(signIn, "secretariat@setagaya.example");

        Assert.Equal(portal.Node.Url("/members?x=1", Setagaya), page.Url);
        Assert.Equal(HttpStatusCode.OK, page.Status);
    }

    [Theory]
    [InlineData("clinic2@setagaya.example")]
    [InlineData("nobody@setagaya.example")]
    public async Task SignIn_WithAWrongPasswordOrAddress_IsRefusedInTheSameWordsAndKeepsTheAddress(string email)
    {
        using var browser = new Browser(portal.Node);

        var page = await browser.SignInAsync(await browser.OpenAsync(portal.Node.Url("/sign-in")), email, "wrong");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.StartsWith("メールアドレスかパスワードが違うため", page.Refusal, StringComparison.Ordinal);
        Assert.Equal(email, page.Document.QuerySelector("fluent-text-input[name=email]")!.GetAttribute("value"));
        Assert.Null(browser.Cookie("localhost", "__Host-session"));
    }

    [Fact]
    public async Task SignIn_WithAStaleToken_IsRefusedWithAFreshOne()
    {
        using var browser = new Browser(portal.Node);
        var old = await browser.OpenAsync(portal.Node.Url("/sign-in"));

        var refused = await browser.PostAsync(
            old, "/sign-in", ("__RequestVerificationToken", "stale"), ("email", "clinic4@setagaya.example"), ("password", "any"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("有効期限", refused.Refusal, StringComparison.Ordinal);

        var page = await browser.SignInAsync(refused, "clinic4@setagaya.example");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(Setagaya, page.Url.Host);
    }

    [Fact]
    public async Task SignIn_OfAStrangerToTheHost_OffersTheirOwnPlaceAndNoSession()
    {
        using var browser = new Browser(portal.Node);

        var page = await browser.SignInAsync(await browser.OpenAsync(portal.Node.Url("/", "koto.localhost")), "clinic1@setagaya.example");

        Assert.Equal("/places", page.Url.AbsolutePath);
        Assert.Null(browser.Cookie("koto.localhost", "__Host-session"));
        var link = Assert.Single(page.Document.QuerySelectorAll("a.card-link"));
        Assert.StartsWith(portal.Node.Url("/session/begin", Setagaya).ToString(), link.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    public async Task SignIn_ThatShouldReturnToAnotherSite_ReturnsToTheFirstScreen(string path)
    {
        using var browser = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);

        var begun = await browser.GetAsync(portal.Node.Url($"/session/begin?return={Uri.EscapeDataString(path)}", Setagaya));
        var handedOver = await browser.GetAsync(begun.Location!);
        var code = System.Web.HttpUtility.ParseQueryString(handedOver.Location!.Query)["code"];
        var page = await browser.GetAsync(portal.Node.Url($"/session/complete?code={code}&return={Uri.EscapeDataString(path)}", Setagaya));

        Assert.Equal(portal.Node.Url("/", Setagaya), page.Location);
    }

    [Fact]
    public async Task Frame_ForNobody_Is401InsteadOfASignInPageInsideIt()
    {
        using var browser = new Browser(portal.Node);
        var request = new HttpRequestMessage(HttpMethod.Get, portal.Node.Url("/members", Setagaya)) { Headers = { { "Turbo-Frame", "members" } } };

        var page = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
    }

    [Fact]
    public async Task SignOut_EndsTheSignInOnEveryHost()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "doctor1@koto.example", "koto.localhost");
        using var keptCookies = browser.On(portal.Node);
        var home = await browser.OpenAsync(portal.Node.Url("/", "koto.localhost"));

        var left = await browser.PostAsync(home, "/sign-out");

        Assert.Equal(portal.Node.Url("/sign-in"), left.Location);
        Assert.Null(browser.Cookie("koto.localhost", "__Host-session"));
        Assert.Equal("/session/begin", (await keptCookies.GetAsync(portal.Node.Url("/", "koto.localhost"))).Location!.AbsolutePath);
        Assert.Equal("/sign-in", (await keptCookies.GetAsync(portal.Node.Url("/places"))).Location!.AbsolutePath);
    }

    [Fact]
    public async Task SignOut_WithAStaleToken_SaysThatItDidNotHappen()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "driver1@koto.example", "koto.localhost");
        var home = await browser.OpenAsync(portal.Node.Url("/", "koto.localhost"));

        var refused = await browser.PostAsync(home, "/sign-out", ("__RequestVerificationToken", "stale"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);

        Assert.Equal(portal.Node.Url("/sign-in"), (await browser.PostAsync(refused, "/sign-out")).Location);
    }

    [Fact]
    public async Task SignOut_OnOneNode_HoldsOnTheOtherWithinTenSeconds()
    {
        var other = await portal.StartNodeAsync();
        using var browser = await Browser.SignInAsync(portal.Node, "clinic1@koto.example", "koto.localhost");
        using var elsewhere = browser.On(other);
        var home = await elsewhere.OpenAsync(other.Url("/", "koto.localhost"));
        Assert.Equal(HttpStatusCode.OK, home.Status);

        await browser.PostAsync(await browser.OpenAsync(portal.Node.Url("/", "koto.localhost")), "/sign-out");
        portal.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("/session/begin", (await elsewhere.GetAsync(other.Url("/", "koto.localhost"))).Location!.AbsolutePath);
    }

    [Fact]
    public async Task Membership_ThatEnded_OpensNothingAnyMore()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "facility1@koto.example", "koto.localhost");
        await portal.Database.ExecuteAsync(
            "UPDATE identity.membership SET valid_until = $1 WHERE account_id = (SELECT id FROM identity.account WHERE user_name = 'facility1@koto.example')",
            portal.Clock.Now);
        portal.Clock.Advance(TimeSpan.FromSeconds(10));

        var page = await browser.OpenAsync(portal.Node.Url("/", "koto.localhost"));

        Assert.Equal("/places", page.Url.AbsolutePath);
        Assert.Empty(page.Document.QuerySelectorAll("a.card-link"));
    }

    [Fact]
    public async Task Session_OfAnotherHost_IsNobodyHere()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "secretariat@tamagawa.example", "tamagawa.localhost");
        browser.SetCookie(Setagaya, "__Host-session", browser.Cookie("tamagawa.localhost", "__Host-session")!);

        var page = await browser.GetAsync(portal.Node.Url("/members", Setagaya));

        Assert.Equal("/session/begin", page.Location!.AbsolutePath);
    }
}
