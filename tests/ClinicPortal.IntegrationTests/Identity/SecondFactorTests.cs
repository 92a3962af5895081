using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.Domain;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>The password alone opens nothing, and a code is good once.</summary>
public sealed class SecondFactorTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Step = "/sign-in/second-factor";
    private const string Enrol = "/sign-in/enrol";

    [Fact]
    public async Task Password_WithoutTheSecondStep_OpensNoSessionAndNoHandOver()
    {
        using var browser = new Browser(portal.Node);

        var step = await PasswordAsync(browser, "clinic1@setagaya.example", portal.Node.Url("/", "setagaya.localhost"));

        Assert.Equal(Step, step.Url.AbsolutePath);
        Assert.Null(browser.Cookie("localhost", "__Host-session"));
        Assert.Equal("/sign-in", (await browser.GetAsync(portal.Node.Url("/places"))).Location!.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(portal.Node.Url("/sign-in"))).Status);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.session s JOIN identity.account a ON a.id = s.account_id WHERE a.user_name = 'clinic1@setagaya.example'"));
    }

    [Fact]
    public async Task Code_OfTheApp_SignsInOnce()
    {
        const string Email = "clinic2@setagaya.example";
        var code = CodeOf(Email);
        using var first = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(first, await PasswordAsync(first, Email), code)).Status);
        Assert.NotNull(first.Cookie("localhost", "__Host-session"));

        using var replay = new Browser(portal.Node);
        var step = await PasswordAsync(replay, Email);
        var refused = await SendAsync(replay, step, code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Null(replay.Cookie("localhost", "__Host-session"));

        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(replay, refused, CodeOf(Email, steps: 1))).Status);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task Code_OfAnotherMinute_IsRefused(int steps)
    {
        using var browser = new Browser(portal.Node);
        var step = await PasswordAsync(browser, "clinic3@setagaya.example");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(browser, step, CodeOf("clinic3@setagaya.example", steps))).Status);
    }

    [Fact]
    public async Task Code_SentInTwoSignInsAtOnce_OpensOne()
    {
        const string Email = "clinic4@setagaya.example";
        using var one = new Browser(portal.Node);
        using var two = new Browser(portal.Node);
        var (first, second) = (await PasswordAsync(one, Email), await PasswordAsync(two, Email));

        var answers = await Task.WhenAll(SendAsync(one, first, CodeOf(Email)), SendAsync(two, second, CodeOf(Email)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task SignIn_AfterFiveWrongCodes_BeginsAgainWithThePassword()
    {
        using var browser = new Browser(portal.Node);
        var step = await PasswordAsync(browser, "clinic5@setagaya.example");
        var attempt = browser.Cookie("localhost", "__Host-attempt")!;
        var page = step;
        for (var guess = 0; guess < 5; guess++)
        {
            page = await SendAsync(browser, step, $"00000{guess}");
        }
        Assert.NotNull(page.Document.QuerySelector("form[action='/sign-in']"));

        browser.SetCookie("localhost", "__Host-attempt", attempt);
        var refused = await SendAsync(browser, step, CodeOf("clinic5@setagaya.example"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Null(browser.Cookie("localhost", "__Host-session"));
    }

    [Fact]
    public async Task ShownCode_OfOneSignIn_IsWorthNothingInAnother()
    {
        using var browser = new Browser(portal.Node);
        var shown = (await PasswordAsync(browser, "clinic6@setagaya.example")).Document.QuerySelector("[data-demo-code]")!.GetAttribute("data-demo-code")!;
        var another = await PasswordAsync(browser, "clinic6@setagaya.example");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(browser, another, shown)).Status);
    }

    [Fact]
    public async Task Attempt_ThatOpenedASession_OpensNoOther()
    {
        using var browser = new Browser(portal.Node);
        var step = await PasswordAsync(browser, "clinic7@setagaya.example");
        var attempt = browser.Cookie("localhost", "__Host-attempt")!;
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.ProveAsync(step)).Status);
        using var thief = new Browser(portal.Node);
        await thief.OpenAsync(portal.Node.Url("/sign-in"));
        thief.SetCookie("localhost", "__Host-attempt", attempt);

        Assert.Equal("/sign-in", (await thief.GetAsync(portal.Node.Url(Step))).Location!.AbsolutePath);
    }

    [Fact]
    public async Task AccountWithoutSecondFactor_GetsOneBeforeItsFirstSession_AndRecoveryCodesThatWorkOnce()
    {
        const string Email = "clinic8@setagaya.example";
        await ForgetFactorAsync(Email);
        using var browser = new Browser(portal.Node);
        var enrol = await PasswordAsync(browser, Email);
        Assert.Equal(Enrol, enrol.Url.AbsolutePath);

        var wrong = await browser.PostAsync(enrol, Enrol, ("code", "123456"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Null(browser.Cookie("localhost", "__Host-session"));

        // The app keeps the secret that it was given before the mistake.
        var secret = Browser.AppSecret(enrol);
        var codes = await browser.PostAsync(wrong, Enrol, ("code", Totp.Code(secret, Totp.StepAt(portal.Clock.Now))));
        Assert.Equal(HttpStatusCode.OK, codes.Status);
        Assert.NotNull(browser.Cookie("localhost", "__Host-session"));
        var recovery = codes.Document.QuerySelectorAll(".recovery-codes code").Select(c => c.TextContent).ToList();
        Assert.Equal(10, recovery.Distinct().Count());
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.authenticator WHERE secret LIKE '%' || $1 || '%'", Convert.ToBase64String(secret)));

        foreach (var expected in new[] { HttpStatusCode.SeeOther, HttpStatusCode.UnprocessableEntity })
        {
            using var later = new Browser(portal.Node);
            var step = await PasswordAsync(later, Email);
            Assert.Equal(expected, (await later.PostAsync(step, Step, ("recovery", recovery[3].ToLowerInvariant()))).Status);
        }
    }

    [Fact]
    public async Task Enrolment_OfAnAccountThatHasASecondFactor_IsRefusedToWhoKnowsThePassword()
    {
        const string Email = "clinic9@setagaya.example";
        await ForgetFactorAsync(Email);
        using var browser = new Browser(portal.Node);
        var enrol = await PasswordAsync(browser, Email);
        var code = Totp.Code(Browser.AppSecret(enrol), Totp.StepAt(portal.Clock.Now));
        using var owner = new Browser(portal.Node);
        var theirs = await PasswordAsync(owner, Email);
        var theirCode = Totp.Code(Browser.AppSecret(theirs), Totp.StepAt(portal.Clock.Now));
        Assert.Equal(HttpStatusCode.OK, (await owner.PostAsync(theirs, Enrol, ("code", theirCode))).Status);

        var refused = await browser.PostAsync(enrol, Enrol, ("code", code));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Null(browser.Cookie("localhost", "__Host-session"));
    }

    /// <summary>RFC 6238, appendix B, for SHA-1; its codes have eight digits, ours the last six of them.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Code_IsTheOneOfTheStandard(long seconds, string code) =>
        Assert.Equal(code, Totp.Code("12345678901234567890"u8, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void Secret_IsWrittenAsAppsReadIt() => Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Totp.Text("12345678901234567890"u8));

    private async Task<BrowserPage> PasswordAsync(Browser browser, string email, Uri? from = null)
    {
        var signIn = await browser.OpenAsync(from ?? portal.Node.Url("/sign-in?another=true"));
        var answer = await browser.PostAsync(signIn, "/sign-in", ("email", email), ("password", DemoAccess.Password));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        return await browser.OpenAsync(answer.Location!);
    }

    private static Task<BrowserPage> SendAsync(Browser browser, BrowserPage step, string code) => browser.PostAsync(step, Step, ("code", code));

    private string CodeOf(string email, int steps = 0) => Totp.Code(DemoAccess.AuthenticatorSecret(email), Totp.StepAt(portal.Clock.Now) + steps);

    private Task<int> ForgetFactorAsync(string email) => portal.Database.ExecuteAsync(
        "DELETE FROM identity.authenticator WHERE account_id = (SELECT id FROM identity.account WHERE user_name = $1)", email);
}
