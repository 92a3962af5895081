using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Demo;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>One's own account: what opens it, where it is open, what happened to it.</summary>
public sealed class MyAccountTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";

    private Uri Account => portal.Node.Url("/account");

    [Fact]
    public async Task Account_FromAPlacesMenu_IsTheOneOfTheSignInHost()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Setagaya);

        var page = await browser.OpenAsync(portal.Node.Url("/account", Setagaya));

        Assert.Equal(Account, page.Url);
        Assert.Contains("clinic1@setagaya.example", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_EndedFromAnother_IsSignedOutOnAllItsHosts()
    {
        const string Email = "clinic2@setagaya.example";
        using var left = await Browser.SignInAsync(portal.Node, Email, Setagaya);
        using var mine = await Browser.SignInAsync(portal.Node, Email, Setagaya);
        var page = await mine.OpenAsync(Account);
        var end = Assert.Single(page.Document.QuerySelectorAll("form[action^='/account/sign-ins/'][action$='/end']:not([action='/account/sign-ins/end'])"));

        Assert.Equal(HttpStatusCode.SeeOther, (await mine.PostAsync(page, end.GetAttribute("action")!)).Status);

        Assert.Equal("/session/begin", (await left.GetAsync(portal.Node.Url("/", Setagaya))).Location!.AbsolutePath);
        Assert.Equal("/sign-in", (await left.GetAsync(Account)).Location!.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await mine.GetAsync(Account)).Status);
    }

    [Fact]
    public async Task SignIn_OfSomebodyElse_CannotBeEnded()
    {
        using var other = await Browser.SignInAsync(portal.Node, "clinic3@setagaya.example", Setagaya);
        var id = await portal.Database.ReadAsync<Guid>(
            "SELECT s.sign_in_id FROM identity.session s JOIN identity.account a ON a.id = s.account_id WHERE a.user_name = 'clinic3@setagaya.example' AND s.host = ''");
        using var mine = await Browser.SignInAsync(portal.Node, "clinic4@setagaya.example", Setagaya);
        var page = await mine.OpenAsync(Account);

        foreach (var target in new[] { id, Guid.NewGuid() })
        {
            var answer = await PostAsync(mine, page, $"/account/sign-ins/{target}/end");
            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        }
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(Account)).Status);
    }

    [Fact]
    public async Task EverywhereSignedOut_IsSignedOutHereToo()
    {
        const string Email = "clinic5@setagaya.example";
        using var left = await Browser.SignInAsync(portal.Node, Email, Setagaya);
        using var mine = await Browser.SignInAsync(portal.Node, Email, Setagaya);

        await mine.PostAsync(await mine.OpenAsync(Account), "/account/sign-ins/end");

        foreach (var browser in new[] { left, mine })
        {
            Assert.Equal("/sign-in", (await browser.GetAsync(Account)).Location!.AbsolutePath);
            Assert.Equal("/session/begin", (await browser.GetAsync(portal.Node.Url("/", Setagaya))).Location!.AbsolutePath);
        }
    }

    [Fact]
    public async Task Password_Changed_EndsOtherSignInsAndTheOldPassword()
    {
        const string Email = "clinic6@setagaya.example";
        const string Chosen = "kV7#qz!mW2";
        using var left = await Browser.SignInAsync(portal.Node, Email, Setagaya);
        using var mine = await Browser.SignInAsync(portal.Node, Email, Setagaya);
        var page = await mine.OpenAsync(portal.Node.Url("/account/password"));

        var wrong = await mine.PostAsync(page, "/account/password", ("current", "guess"), ("password", Chosen));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.DoesNotContain(Chosen, wrong.Document.Source.Text, StringComparison.Ordinal);
        var common = await mine.PostAsync(page, "/account/password", ("current", DemoAccess.Password), ("password", "Sakura-2026"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, common.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await mine.PostAsync(page, "/account/password", ("current", DemoAccess.Password), ("password", Chosen))).Status);

        Assert.Equal("/sign-in", (await left.GetAsync(Account)).Location!.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await mine.GetAsync(Account)).Status);
        using var fresh = new Browser(portal.Node);
        var signIn = await fresh.OpenAsync(portal.Node.Url("/sign-in"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fresh.SignInAsync(signIn, Email)).Status);
        Assert.Equal(Setagaya, (await fresh.SignInAsync(signIn, Email, Chosen)).Url.Host);
    }

    [Fact]
    public async Task RecoveryCodes_TenMinutesAfterTheSignIn_AreMadeOnlyAfterAnotherProof()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "clinic7@setagaya.example", Setagaya);
        var page = await browser.OpenAsync(Account);
        portal.Clock.Advance(TimeSpan.FromMinutes(10));

        var asked = await browser.PostAsync(page, "/account/recovery-codes");
        Assert.Equal("/account/confirm", asked.Location!.AbsolutePath);
        Assert.Equal("/account/confirm", (await browser.GetAsync(portal.Node.Url("/account/authenticator"))).Location!.AbsolutePath);

        var old = browser.Cookie("localhost", "__Host-session")!;
        var confirm = await browser.OpenAsync(asked.Location);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(confirm, "/account/confirm", ("password", "guess"))).Status);
        Assert.Equal(Account, (await browser.PostAsync(confirm, "/account/confirm", ("password", DemoAccess.Password))).Location);

        Assert.NotEqual(old, browser.Cookie("localhost", "__Host-session"));
        var codes = await browser.PostAsync(await browser.OpenAsync(Account), "/account/recovery-codes");
        Assert.Equal(10, codes.Document.QuerySelectorAll(".recovery-codes code").Length);
        using var stolen = new Browser(portal.Node);
        stolen.SetCookie("localhost", "__Host-session", old);
        Assert.Equal("/sign-in", (await stolen.GetAsync(Account)).Location!.AbsolutePath);
    }

    [Fact]
    public async Task Confirmation_ThatShouldReturnElsewhere_ReturnsToTheAccount()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "clinic8@setagaya.example", Setagaya);
        foreach (var path in new[] { "//evil.example/", "https://evil.example/", "/places" })
        {
            var confirm = await browser.OpenAsync(portal.Node.Url($"/account/confirm?return={Uri.EscapeDataString(path)}"));
            Assert.Equal(Account, (await browser.PostAsync(confirm, "/account/confirm", ("password", DemoAccess.Password), ("return", path))).Location);
        }
    }

    [Fact]
    public async Task Role_ThatEnds_OrAccountThatIsDisabled_IsOverOnEveryNodeWithinAMinute()
    {
        var other = await portal.StartNodeAsync();
        foreach (var (email, end) in new[]
        {
            ("secretariat@setagaya.example", "UPDATE identity.membership SET valid_until = $1 WHERE account_id = (SELECT id FROM identity.account WHERE user_name = $2)"),
            ("clinic9@setagaya.example", "UPDATE identity.account SET disabled_at = $1 WHERE user_name = $2"),
        })
        {
            using var here = await Browser.SignInAsync(portal.Node, email, Setagaya);
            using var there = here.On(other);
            Assert.Equal(HttpStatusCode.OK, (await there.OpenAsync(other.Url("/", Setagaya))).Status);

            await portal.Database.ExecuteAsync(end, portal.Clock.Now, email);
            portal.Clock.Advance(TimeSpan.FromSeconds(30));

            Assert.Equal("/session/begin", (await here.GetAsync(portal.Node.Url("/", Setagaya))).Location!.AbsolutePath);
            Assert.Equal("/session/begin", (await there.GetAsync(other.Url("/", Setagaya))).Location!.AbsolutePath);
        }
    }

    [Fact]
    public async Task Account_Disabled_IsRefusedAtTheSignInLikeAWrongPassword()
    {
        await portal.Database.ExecuteAsync("UPDATE identity.account SET disabled_at = $1 WHERE user_name = 'clinic10@setagaya.example'", portal.Clock.Now);
        using var browser = new Browser(portal.Node);

        var page = await browser.SignInAsync(await browser.OpenAsync(portal.Node.Url("/sign-in")), "clinic10@setagaya.example");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.StartsWith("メールアドレスかパスワードが違うため", page.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "")]
    [InlineData("{\"id\":\"AAAA\",\"type\":\"public-key\"}", "CfDJ8forged")]
    public async Task Passkey_ThatIsMadeUp_SignsNobodyIn(string credential, string state)
    {
        using var browser = new Browser(portal.Node);
        var signIn = await browser.OpenAsync(portal.Node.Url("/sign-in"));

        var page = await browser.PostAsync(signIn, "/sign-in/passkey", ("credential", credential), ("state", state));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Null(browser.Cookie("localhost", "__Host-session"));
    }

    /// <summary>To an action that the page has no form for, with the token of one that it has.</summary>
    private static Task<BrowserPage> PostAsync(Browser browser, BrowserPage page, string action) => browser.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, action)) { Content = new FormUrlEncodedContent(page.Form("/account/sign-ins/end")) });
}
