using System.Net;
using System.Text.Json.Nodes;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>What a sign-in by an association's provider opens, and how a provider's account becomes somebody's.</summary>
public sealed class OutsideSignInTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const string Links = "/account/outside";
    private const string Secretariat = "secretariat@setagaya.example";
    private const string Setagaya = "setagaya.localhost";

    private ForgingIssuer issuer = null!;
    private OutsideProviderSteps steps = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await ForgingIssuer.StartAsync();
        steps = new OutsideProviderSteps(portal, issuer);
        await steps.ConfigureAsync(secondFactor: ["mfa"]);
    }

    public ValueTask DisposeAsync() => issuer.DisposeAsync();

    [Fact]
    public async Task SignInPage_OfTheAssociation_OffersItsProvider_AndNoOtherPageDoes()
    {
        using var browser = new Browser(portal.Node);

        Assert.NotNull(Button(await browser.OpenAsync(portal.Node.Url("/", Setagaya))));
        Assert.Null(Button(await browser.OpenAsync(portal.Node.Url("/", "tamagawa.localhost"))));
        Assert.Null(Button(await browser.OpenAsync(portal.Node.Url("/", "desk.localhost"))));
        Assert.Null(Button(await browser.OpenAsync(portal.Node.Url("/sign-in"))));
    }

    [Fact]
    public async Task SignIn_WithASecondFactorThatCounts_LeadsToThePageThatWasAskedFor()
    {
        await steps.LinkAsync("member-1", Secretariat);
        using var browser = new Browser(portal.Node);

        var page = await steps.SignInAsync(browser, more: Mfa());

        Assert.Equal((portal.Node.Url("/members?x=1", Setagaya), HttpStatusCode.OK), (page.Url, page.Status));
    }

    [Fact]
    public async Task SignIn_WithoutOne_AsksForOurs_AndOpensNothingBefore()
    {
        await steps.LinkAsync("member-1", Secretariat);
        using var browser = new Browser(portal.Node);

        var second = await steps.SignInAsync(browser, more: new JsonObject { ["amr"] = new JsonArray("pwd") });
        Assert.Equal("/sign-in/second-factor", second.Url.AbsolutePath);
        Assert.Null(browser.Cookie("localhost", "__Host-session"));

        var proved = await browser.ProveAsync(second);
        Assert.Equal(portal.Node.Url("/members?x=1", Setagaya), (await browser.OpenAsync(proved.Location!)).Url);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignIn_OpensThePlacesOfThatAssociationOnly(bool providersSecondFactor)
    {
        await steps.LinkAsync("member-1", Secretariat);
        await AlsoSecretariatOfAsync("koto");
        using var byPassword = await Browser.SignInAsync(portal.Node, Secretariat, Setagaya);
        using var browser = new Browser(portal.Node);
        var page = await steps.SignInAsync(browser, more: providersSecondFactor ? Mfa() : null);
        if (!providersSecondFactor)
        {
            await browser.OpenAsync((await browser.ProveAsync(page)).Location!);
        }

        var places = await browser.OpenAsync(portal.Node.Url("/places"));
        var koto = await browser.OpenAsync(portal.Node.Url("/members", "koto.localhost"));

        Assert.Equal(2, (await byPassword.OpenAsync(portal.Node.Url("/places"))).Document.QuerySelectorAll("a.card-link").Length);
        Assert.StartsWith(portal.Node.Url("/", Setagaya).AbsoluteUri, Assert.Single(places.Document.QuerySelectorAll("a.card-link")).GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("/places", koto.Url.AbsolutePath);
        Assert.Null(browser.Cookie("koto.localhost", "__Host-session"));
    }

    [Fact]
    public async Task Linking_ByWhoHasJustSignedIn_IsAskedForAndThenOpens()
    {
        using var browser = await Browser.SignInAsync(portal.Node, Secretariat, Setagaya);
        var offer = await ConnectAsync(browser, "new-member");
        Assert.Contains(issuer.Address, offer.Document.Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(offer, Links)).Status);

        using var elsewhere = new Browser(portal.Node);
        Assert.Equal("/members", (await steps.SignInAsync(elsewhere, "new-member", Mfa())).Url.AbsolutePath);
        var links = await browser.OpenAsync(portal.Node.Url(Links));
        var row = links.Document.QuerySelectorAll("li").Single(li => li.TextContent.Contains(issuer.Address, StringComparison.Ordinal));
        await browser.PostAsync(links, row.QuerySelector("form")!.GetAttribute("action")!);
        using var later = new Browser(portal.Node);
        Assert.Contains("連携されていません", (await steps.SignInAsync(later, "new-member", Mfa())).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Linking_WithoutAFreshProof_IsNotOffered_NorDoneWithAnOfferFromBefore()
    {
        using var browser = await Browser.SignInAsync(portal.Node, Secretariat, Setagaya);
        var offer = await ConnectAsync(browser, "late-member");
        portal.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains("連携されていません", (await ConnectAsync(browser, "late-member")).Refusal, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(offer, Links)).Status);
        Assert.Equal(0, await LinksOfAsync("late-member"));
    }

    [Fact]
    public async Task Linking_ByWhoCameThroughAProvider_IsNotOffered()
    {
        await steps.LinkAsync("member-1", Secretariat);
        using var browser = new Browser(portal.Node);
        await steps.SignInAsync(browser, more: Mfa());

        Assert.Contains("連携されていません", (await ConnectAsync(browser, "second-account")).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Linking_WithAnOfferOfSomebodyElse_IsRefused()
    {
        using var attacker = await Browser.SignInAsync(portal.Node, "clinic2@setagaya.example", Setagaya);
        using var victim = await Browser.SignInAsync(portal.Node, Secretariat, Setagaya);
        var offer = await ConnectAsync(attacker, "attackers-account");
        var own = await ConnectAsync(victim, "victims-account");
        Assert.Equal((null, null), (offer.Refusal, own.Refusal));

        var refused = await victim.PostAsync(own, Links, ("person", offer.Form(Links)["person"]));
        var withoutToken = await victim.PostAsync(own, Links, ("__RequestVerificationToken", "stale"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, withoutToken.Status);
        Assert.Equal(0, await LinksOfAsync("attackers-account") + await LinksOfAsync("victims-account"));
    }

    [Fact]
    public async Task Link_OfSomebodyElse_CannotBeRemoved()
    {
        await steps.LinkAsync("member-1", Secretariat);
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM identity.outside_link WHERE issuer = $1 AND subject = 'member-1'", issuer.Address);
        using var other = await Browser.SignInAsync(portal.Node, "clinic3@setagaya.example", Setagaya);
        var links = await other.OpenAsync(portal.Node.Url("/places"));

        var request = new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"{Links}/{id}/remove"))
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", links.Form("/sign-out")["__RequestVerificationToken"])]),
        };

        Assert.Equal(HttpStatusCode.NotFound, (await other.SendAsync(request)).Status);
        Assert.Equal(1, await LinksOfAsync("member-1"));
    }

    [Fact]
    public async Task SignIn_WhenTheAccountIsDisabled_OpensNothing()
    {
        await steps.LinkAsync("member-1", "clinic5@setagaya.example");
        await portal.Database.ExecuteAsync("UPDATE identity.account SET disabled_at = now() WHERE user_name = 'clinic5@setagaya.example'");
        using var browser = new Browser(portal.Node);

        Assert.NotNull((await steps.SignInAsync(browser, more: Mfa())).Refusal);
        Assert.Null(browser.Cookie("localhost", "__Host-session"));
    }

    /// <summary>From the person's own page to the provider and back.</summary>
    private async Task<BrowserPage> ConnectAsync(Browser browser, string subject)
    {
        var left = await browser.GetAsync(portal.Node.Url("/sign-in/outside/setagaya"));
        var asked = System.Web.HttpUtility.ParseQueryString(left.Location!.Query);
        return await steps.ReturnAsync(browser, asked, issuer.Sign(steps.Claims(asked, subject)));
    }

    private Task<long> LinksOfAsync(string subject) =>
        portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.outside_link WHERE issuer = $1 AND subject = $2", issuer.Address, subject);

    private Task AlsoSecretariatOfAsync(string tenant) => portal.Database.ExecuteAsync("""
        INSERT INTO identity.membership (id, account_id, tenant_id, organisation_kind, organisation_id, organisation_name, role, valid_from)
        SELECT $1, id, $2, 'Association', $2, 'もう一つの医師会', 'secretariat', $3 FROM identity.account WHERE user_name = $4
        ON CONFLICT (id) DO NOTHING
        """, StableId.Of("test", tenant), StableId.Of("tenant", tenant), portal.Clock.Now, Secretariat);

    private static AngleSharp.Dom.IElement? Button(BrowserPage page) => page.Document.QuerySelector("a[href^='/sign-in/outside/']");

    private static JsonObject Mfa() => new() { ["amr"] = new JsonArray("pwd", "mfa") };
}
