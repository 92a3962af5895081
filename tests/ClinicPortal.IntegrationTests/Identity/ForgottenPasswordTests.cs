using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Demo;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>A link in a mail gives a new password once, tells nobody who has an account, and does not replace the second factor.</summary>
public sealed class ForgottenPasswordTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Chosen = "kV7#qz!mW2";
    private const string NewPassword = "/sign-in/new-password";

    [Fact]
    public async Task Link_GivesANewPasswordOnce_AndEndsTheSignInsThatWereOpen()
    {
        const string Email = "clinic1@setagaya.example";
        using var open = await Browser.SignInAsync(portal.Node, Email, "setagaya.localhost");
        var link = await LinkAsync(Email);
        using var browser = new Browser(portal.Node);
        // A mail program looks first.
        Assert.NotNull((await browser.OpenAsync(link)).Document.QuerySelector($"form[action='{NewPassword}']"));
        var page = await browser.OpenAsync(link);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(page, NewPassword, ("password", "Sakura-2026"))).Status);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(page, NewPassword, ("password", Chosen))).Status);

        Assert.Null(browser.Cookie("localhost", "__Host-session"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(page, NewPassword, ("password", Chosen + "x"))).Status);
        Assert.Equal("/session/begin", (await open.GetAsync(portal.Node.Url("/", "setagaya.localhost"))).Location!.AbsolutePath);
        var signIn = await browser.OpenAsync(portal.Node.Url("/sign-in"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(signIn, "/sign-in", ("email", Email), ("password", DemoAccess.Password))).Status);
        var second = await browser.PostAsync(signIn, "/sign-in", ("email", Email), ("password", Chosen));
        Assert.Equal("/sign-in/second-factor", second.Location!.AbsolutePath);
    }

    [Fact]
    public async Task Link_SentInTwoBrowsersAtOnce_IsGoodForOne()
    {
        var link = await LinkAsync("clinic2@setagaya.example");
        using var one = new Browser(portal.Node);
        using var two = new Browser(portal.Node);
        var (first, second) = (await one.OpenAsync(link), await two.OpenAsync(link));

        var answers = await Task.WhenAll(
            one.PostAsync(first, NewPassword, ("password", Chosen)), two.PostAsync(second, NewPassword, ("password", Chosen + "x")));

        Assert.Single(answers, a => a.Status == HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Link_AfterHalfAnHour_OrAfterALaterOne_IsWorthNothing()
    {
        const string Email = "clinic3@setagaya.example";
        using var browser = new Browser(portal.Node);
        var first = await LinkAsync(Email);
        portal.Clock.Advance(TimeSpan.FromMinutes(3));
        var later = await LinkAsync(Email, mails: 2);
        Assert.Null((await browser.OpenAsync(first)).Document.QuerySelector($"form[action='{NewPassword}']"));

        portal.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Null((await browser.OpenAsync(later)).Document.QuerySelector($"form[action='{NewPassword}']"));
    }

    [Fact]
    public async Task Answer_IsTheSameForAnAddressThatNobodyHas()
    {
        using var browser = new Browser(portal.Node);
        var before = await AskedAsync();
        var answers = new List<string>();
        foreach (var email in new[] { "clinic4@setagaya.example", "nobody@setagaya.example" })
        {
            var page = await browser.PostAsync(await browser.OpenAsync(portal.Node.Url("/sign-in/forgotten")), "/sign-in/forgotten", ("email", email));
            Assert.Null(page.Document.QuerySelector("form[action='/sign-out']"));
            answers.Add($"{page.Status} {page.Document.Body!.TextContent}");
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(before + 2, await AskedAsync());
    }

    [Fact]
    public async Task Link_ThatIsMadeUp_OpensNothing()
    {
        using var browser = new Browser(portal.Node);
        foreach (var code in new[] { "", "x", new string('A', 43), "%00" })
        {
            var page = await browser.OpenAsync(portal.Node.Url($"{NewPassword}?code={code}"));
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Null(page.Document.QuerySelector($"form[action='{NewPassword}']"));
        }
    }

    private Task<long> AskedAsync() =>
        portal.Database.ReadAsync<long>("SELECT count(*) FROM app.work_item WHERE kind = 'identity.forgotten-password'");

    private async Task<Uri> LinkAsync(string email, int mails = 1)
    {
        using var browser = new Browser(portal.Node);
        await browser.PostAsync(await browser.OpenAsync(portal.Node.Url("/sign-in/forgotten")), "/sign-in/forgotten", ("email", email));
        return SentMails.LinkIn(await portal.Database.Mails.LastToAsync(email, mails));
    }
}
