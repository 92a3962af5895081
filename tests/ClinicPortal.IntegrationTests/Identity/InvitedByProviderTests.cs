using System.Collections.Specialized;
using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>An invitation that is accepted by an account of the association's own provider, in place of a password.</summary>
public sealed class InvitedByProviderTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const string Host = "setagaya.localhost";
    private const string Existing = "clinic4@setagaya.example";

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
    public async Task NewPerson_AcceptsWithoutAPassword_AndSignsInByTheProviderAfterwards()
    {
        var link = await InviteAsync("outside@new.example");
        using var browser = new Browser(portal.Node);
        var offer = await OfferAsync(browser, link, "member-1");
        Assert.Null(offer.Document.QuerySelector("#password"));
        Assert.Contains(issuer.Address, offer.Document.Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await AcceptAsync(browser, offer, link)).Status);

        Assert.Equal(1, await portal.Database.ReadAsync<long>("""
            SELECT count(*) FROM identity.account a JOIN identity.outside_link l ON l.account_id = a.id JOIN identity.membership m ON m.account_id = a.id
            WHERE a.user_name = 'outside@new.example' AND a.password_hash IS NULL AND l.subject = 'member-1' AND l.tenant_id = $1
              AND m.organisation_id = $2 AND m.role = 'clinic-staff' AND NOT m.administrator
            """, StableId.Of("tenant", "setagaya"), StableId.Of("setagaya", "clinic1")));
        Assert.Equal(1, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.security_event e JOIN identity.account a ON a.id = e.account_id WHERE a.user_name = 'outside@new.example' AND e.kind = 'OutsideLinked'"));
        using var later = new Browser(portal.Node);
        Assert.Equal(Host, (await steps.SignInAsync(later, "member-1", new JsonObject { ["amr"] = new JsonArray("mfa") }, "/patients")).Url.Host);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(link)).Status);
    }

    [Fact]
    public async Task AddressOfAnExistingAccount_ThatTheProviderClaims_OpensNothingOfThatAccount()
    {
        var link = await InviteAsync("claims@new.example");
        using var browser = new Browser(portal.Node);
        var offer = await OfferAsync(browser, link, "member-2", new JsonObject { ["email"] = Existing, ["email_verified"] = true });

        await AcceptAsync(browser, offer, link);

        Assert.Equal("claims@new.example", await LinkedToAsync("member-2"));
    }

    /// <summary>The button is not there; whoever writes its address by hand gets no further.</summary>
    [Fact]
    public async Task InvitationOfAnExistingAccount_IsNotTakenOverByTheProvidersWord()
    {
        var link = await InviteAsync(Existing, "clinic5.doctor");
        using var browser = new Browser(portal.Node);
        Assert.Null((await browser.OpenAsync(link)).Document.QuerySelector("a[href^='/sign-in/outside/']"));
        var left = await browser.GetAsync(portal.Node.Url($"/sign-in/outside/setagaya?invitation={Code(link)}"));
        var asked = HttpUtility.ParseQueryString(left.Location!.Query);

        var back = await ReturnAsync(browser, asked, "member-3", new JsonObject { ["email"] = Existing, ["email_verified"] = true });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, back.Status);
        Assert.Contains("まだ", back.Refusal, StringComparison.Ordinal);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.outside_link WHERE subject = 'member-3'"));
    }

    [Fact]
    public async Task ProviderOfAnotherAssociation_DoesNotAcceptTheInvitation()
    {
        var koto = new OutsideProviderSteps(portal, issuer, "koto");
        await koto.ConfigureAsync();
        var link = await InviteAsync("elsewhere@new.example");
        using var browser = new Browser(portal.Node);
        var left = await browser.GetAsync(portal.Node.Url($"/sign-in/outside/koto?invitation={Code(link)}"));
        var asked = HttpUtility.ParseQueryString(left.Location!.Query);

        var back = await browser.OpenAsync(koto.Answer(asked, issuer.Sign(koto.Claims(asked, "member-4"))));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, back.Status);
        Assert.Null(back.Document.QuerySelector("form[action^='/invitation/']"));
    }

    [Theory]
    [InlineData("altered")]
    [InlineData("empty")]
    [InlineData("of another browser")]
    [InlineData("of another invitation")]
    [InlineData("after the browser forgot whom it left as")]
    public async Task PersonOfTheForm_ThatIsNotThisBrowsersForThisInvitation_MakesNoAccount(string which)
    {
        var email = $"{Guid.NewGuid():N}@new.example";
        var link = await InviteAsync(email);
        using var browser = new Browser(portal.Node);
        using var other = new Browser(portal.Node);
        var offer = await OfferAsync(browser, link, email);
        var form = offer.Form(link.AbsolutePath);
        var person = form["person"];
        person = which switch
        {
            "altered" => person[..^4] + "AAAA",
            "empty" => "",
            "of another browser" => (await OfferAsync(other, link, email)).Form(link.AbsolutePath)["person"],
            "of another invitation" => await OfAnotherAsync(browser),
            _ => person,
        };
        if (which == "after the browser forgot whom it left as")
        {
            browser.SetCookie("localhost", "__Host-outside", "");
        }

        var refused = await browser.PostAsync(offer, link.AbsolutePath, ("name", "外野 花子"), ("kana", "そとの はなこ"), ("password", "Umi-to-yama-7341"), ("person", person));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.account WHERE user_name = $1", email));
    }

    [Fact]
    public async Task TenAtOnce_OneWins_AndOneLinkIsMade()
    {
        var link = await InviteAsync("raced-outside@new.example");
        var racers = Enumerable.Range(0, 10).Select(_ => new Browser(portal.Node)).ToList();
        var offers = new List<BrowserPage>();
        foreach (var (racer, number) in racers.Select((racer, number) => (racer, number)))
        {
            offers.Add(await OfferAsync(racer, link, $"racer-{number}"));
        }

        var answers = await Task.WhenAll(racers.Zip(offers, (racer, offer) => AcceptAsync(racer, offer, link)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.SeeOther);
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.SeeOther or HttpStatusCode.NotFound, $"{a.Status}"));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.outside_link WHERE subject LIKE 'racer-%'"));
        racers.ForEach(r => r.Dispose());
    }

    [Fact]
    public async Task ProvidersAccount_ThatBecameSomebodyElsesMeanwhile_MakesNoSecondAccount()
    {
        var (first, second) = (await InviteAsync("first@new.example"), await InviteAsync("second@new.example"));
        using var one = new Browser(portal.Node);
        using var two = new Browser(portal.Node);
        var (offer, late) = (await OfferAsync(one, first, "member-5"), await OfferAsync(two, second, "member-5"));
        await AcceptAsync(one, offer, first);

        var refused = await AcceptAsync(two, late, second);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("first@new.example", await LinkedToAsync("member-5"));
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.account WHERE user_name = 'second@new.example'"));
        // The link is still good, by another way.
        Assert.Equal(HttpStatusCode.OK, (await two.OpenAsync(second)).Status);
    }

    [Fact]
    public async Task ProviderThatIsNoLongerInUse_AcceptsNobody()
    {
        var link = await InviteAsync("off@new.example");
        using var browser = new Browser(portal.Node);
        var offer = await OfferAsync(browser, link, "member-6");
        await portal.Database.ExecuteAsync("UPDATE identity.outside_provider SET offered = false WHERE tenant_id = $1", StableId.Of("tenant", "setagaya"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AcceptAsync(browser, offer, link)).Status);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.account WHERE user_name = 'off@new.example'"));
    }

    /// <summary>What is stored while the browser is away must not be an invitation to whoever reads the database.</summary>
    [Fact]
    public async Task Invitation_WhileTheBrowserIsAway_IsStoredAsAHashOnly()
    {
        var link = await InviteAsync("stored@new.example");
        using var browser = new Browser(portal.Node);
        await LeaveAsync(browser, link);

        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.outside_request r WHERE r::text LIKE '%' || $1 || '%'", Code(link)));
        Assert.NotEqual(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.outside_request WHERE asked LIKE '%invitation=%'"));
    }

    private async Task<string> OfAnotherAsync(Browser browser)
    {
        var link = await InviteAsync($"{Guid.NewGuid():N}@new.example");
        return (await OfferAsync(browser, link, $"{Guid.NewGuid():N}")).Form(link.AbsolutePath)["person"];
    }

    private Task<string> LinkedToAsync(string subject) => portal.Database.ReadAsync<string>(
        "SELECT a.user_name FROM identity.outside_link l JOIN identity.account a ON a.id = l.account_id WHERE l.subject = $1", subject);

    private async Task<BrowserPage> OfferAsync(Browser browser, Uri link, string subject, JsonObject? more = null)
    {
        var offer = await ReturnAsync(browser, await LeaveAsync(browser, link), subject, more);
        Assert.Equal(HttpStatusCode.OK, offer.Status);
        return offer;
    }

    private async Task<NameValueCollection> LeaveAsync(Browser browser, Uri link)
    {
        var page = await browser.OpenAsync(link);
        var left = await browser.GetAsync(new Uri(page.Url, page.Document.QuerySelector("a[href^='/sign-in/outside/setagaya']")!.GetAttribute("href")));
        return HttpUtility.ParseQueryString(left.Location!.Query);
    }

    private Task<BrowserPage> ReturnAsync(Browser browser, NameValueCollection asked, string subject, JsonObject? more = null)
    {
        var claims = steps.Claims(asked, subject);
        foreach (var (name, value) in more ?? [])
        {
            claims[name] = value?.DeepClone();
        }
        return browser.OpenAsync(steps.Answer(asked, issuer.Sign(claims)));
    }

    private static Task<BrowserPage> AcceptAsync(Browser browser, BrowserPage offer, Uri link) =>
        browser.PostAsync(offer, link.AbsolutePath, ("name", "外野 花子"), ("kana", "そとの はなこ"));

    private static string Code(Uri link) => link.AbsolutePath.Split('/')[^1];

    private async Task<Uri> InviteAsync(string email, string administrator = "clinic1.doctor")
    {
        using var browser = await Browser.SignInAsync(portal.Node, $"{administrator}@setagaya.example", Host);
        var page = await browser.OpenAsync(portal.Node.Url("/staff/invite", Host));
        Assert.Equal("/staff", (await browser.PostAsync(page, "/staff/invite", ("email", email), ("role", "clinic-staff"))).Location?.AbsolutePath);
        return portal.Node.Url(SentMails.LinkIn(await portal.Database.Mails.LastToAsync(email)).AbsolutePath);
    }
}
