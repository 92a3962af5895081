using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>The whole way with a provider that somebody else wrote: npm's oidc-provider, set up through the portal's own pages.</summary>
public sealed class OidcProviderTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Settings = "/sign-in-provider";
    private const string Secretariat = "secretariat@setagaya.example";
    private const string Setagaya = "setagaya.localhost";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Member_ConnectsTheirAccount_AndSignsInWithIt()
    {
        await using var provider = await StartAsync("urn:uuid:none");
        using var browser = await Browser.SignInAsync(portal.Node, Secretariat, Setagaya);
        await ConfigureAsync(browser, provider.Address);

        var links = await browser.OpenAsync(portal.Node.Url("/account/outside"));
        var offer = await AtProviderAsync(browser, await browser.OpenAsync(new Uri(links.Url, Link(links))));
        Assert.Contains("member-7@ishikai.example", offer.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(offer, "/account/outside")).Status);

        using var later = new Browser(portal.Node);
        var signIn = await later.OpenAsync(portal.Node.Url("/members?x=1", Setagaya));
        var page = await AtProviderAsync(later, await later.OpenAsync(new Uri(signIn.Url, Link(signIn))));
        Assert.Equal((portal.Node.Url("/members?x=1", Setagaya), HttpStatusCode.OK), (page.Url, page.Status));

        // Ours ends; the provider's own does not, and leads back in without a password.
        await later.PostAsync(await later.OpenAsync(portal.Node.Url("/places")), "/sign-out");
        var again = await later.OpenAsync(portal.Node.Url("/members", Setagaya));
        Assert.Equal("/sign-in", again.Url.AbsolutePath);
        Assert.Equal("/members", (await later.OpenAsync(new Uri(again.Url, Link(again)))).Url.AbsolutePath);
    }

    [Fact]
    public async Task InvitedPerson_AcceptsByTheProvider_AndComesInByIt()
    {
        await using var provider = await StartAsync("urn:uuid:none");
        using var secretariat = await Browser.SignInAsync(portal.Node, Secretariat, Setagaya);
        await ConfigureAsync(secretariat, provider.Address);
        var form = await secretariat.OpenAsync(portal.Node.Url("/staff/invite", Setagaya));
        await secretariat.PostAsync(form, "/staff/invite", ("email", "newcomer@new.example"), ("role", Roles.Secretariat));
        using var browser = new Browser(portal.Node);
        var invitation = await browser.OpenAsync(portal.Node.Url(SentMails.LinkIn(await portal.Database.Mails.LastToAsync("newcomer@new.example")).AbsolutePath));

        var offer = await AtProviderAsync(browser, await browser.OpenAsync(new Uri(invitation.Url, Link(invitation))), "member-9");
        Assert.Contains("member-9@ishikai.example", offer.Document.Body!.TextContent, StringComparison.Ordinal);
        var accepted = await browser.PostAsync(offer, invitation.Url.AbsolutePath, ("name", "新任 事務"), ("kana", "しんにん じむ"));

        // Its provider still knows the browser, and leads in without a password.
        var signIn = await browser.OpenAsync(accepted.Location!);
        Assert.Equal("/sign-in", signIn.Url.AbsolutePath);
        var page = await browser.OpenAsync(new Uri(signIn.Url, Link(signIn)));
        Assert.Equal((Setagaya, HttpStatusCode.OK), (page.Url.Host, page.Status));
    }

    [Fact]
    public async Task Machine_WithItsTokenForTheEntry_IsLetIn()
    {
        var entry = Guid.NewGuid();
        await using var provider = await StartAsync($"urn:uuid:{entry}");
        await portal.Database.ExecuteAsync("""
            INSERT INTO identity.trusted_client (id, display_name, issuer, client_id, subject, tenant_id, organisation_kind, organisation_id, role, read_only,
              created_by_name, created_at, expires_at)
            VALUES ($1, '電子カルテ連携', $2, 'night-gateway', 'night-gateway', $3, 'MemberClinic', $4, $5, false, '管理者', $6, $7)
            """, entry, provider.Address, StableId.Of("tenant", "setagaya"), StableId.Of("setagaya", "clinic1"), Roles.ClinicDoctor, portal.Clock.Now, portal.Clock.Now.AddDays(1));
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri($"{provider.Address}/token"), new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("scope", "api"), new("resource", $"urn:uuid:{entry}"), new("client_id", "night-gateway"),
            new("client_secret", "gateway-secret"),
        ]), Cancellation);
        var token = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["access_token"]!.GetValue<string>();

        using var api = portal.Node.Api(token);

        (await api.GetAsync("/api/v1/cases")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Settings_OfAnIssuerThatDoesNotAnswer_AreRefusedBesideTheField_AndKeepWhatWasTyped()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "secretariat@koto.example", "koto.localhost");
        var page = await browser.OpenAsync(portal.Node.Url(Settings, "koto.localhost"));

        var refused = await browser.PostAsync(
            page, Settings, ("issuer", "http://127.0.0.1:1"), ("clientId", "portal"), ("clientSecret", "shown to nobody"), ("domains", "not a domain!"),
            ("buttonJa", "医師会アカウント"), ("buttonEn", "Account"), ("offered", "true"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("接続できない", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("ドメインを1行に1つ", refused.Document.Body.TextContent, StringComparison.Ordinal);
        Assert.Contains("value=\"portal\"", refused.Document.Body.InnerHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("shown to nobody", refused.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clinic1@setagaya.example", Setagaya)]
    [InlineData("operator1@desk.example", "desk.localhost")]
    public async Task Settings_AreForTheSecretariatsAdministratorOnly(string email, string host)
    {
        using var browser = await Browser.SignInAsync(portal.Node, email, host);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(portal.Node.Url(Settings, host))).Status);
    }

    private Task<OidcProviderProcess> StartAsync(string resource) =>
        OidcProviderProcess.StartAsync(portal.Clock.Now, portal.Node.Url("/sign-in/outside/setagaya/callback"), resource);

    private async Task ConfigureAsync(Browser browser, string issuer)
    {
        var page = await browser.OpenAsync(portal.Node.Url(Settings, Setagaya));
        var saved = await browser.PostAsync(
            page, Settings, ("issuer", issuer), ("clientId", OidcProviderProcess.ClientId), ("clientSecret", OidcProviderProcess.ClientSecret),
            ("domains", "ishikai.example"), ("secondFactor", "mfa"), ("buttonJa", "医師会アカウントでサインイン"), ("buttonEn", "Association account"), ("offered", "true"));
        Assert.Equal((HttpStatusCode.SeeOther, (string?)null), (saved.Status, saved.Refusal));
        Assert.Equal(0, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.outside_provider p WHERE p::text LIKE $1", $"%{OidcProviderProcess.ClientSecret}%"));

        var tested = await browser.PostAsync(await browser.OpenAsync(portal.Node.Url(Settings, Setagaya)), $"{Settings}/test");
        Assert.Equal(HttpStatusCode.SeeOther, tested.Status);
        Assert.Contains("確認しました", (await browser.OpenAsync(tested.Location!)).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>Fills in the provider's own form, which takes any name, and follows it back.</summary>
    private static async Task<BrowserPage> AtProviderAsync(Browser browser, BrowserPage login, string person = "member-7")
    {
        var form = login.Document.QuerySelector("form") as IHtmlFormElement;
        Assert.NotNull(form);
        var sent = await browser.PostAsync(login, form.GetAttribute("action")!, ("login", person));
        return await browser.OpenAsync(sent.Location!);
    }

    private static string Link(BrowserPage page) => page.Document.QuerySelector("a[href^='/sign-in/outside/']")!.GetAttribute("href")!;
}
