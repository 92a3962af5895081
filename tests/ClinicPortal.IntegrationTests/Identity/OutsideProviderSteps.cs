using System.Collections.Specialized;
using System.Text.Json.Nodes;
using System.Web;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Sign-ins by a provider that a test plays itself: what the browser is sent with, and what it comes back with.</summary>
internal sealed class OutsideProviderSteps(PortalFixture portal, ForgingIssuer issuer, string association = "setagaya")
{
    public const string ClientId = "portal-client";

    private const string CallbackPath = "callback";

    public string Host => $"{association}.localhost";

    private Guid TenantId => StableId.Of("tenant", association);

    /// <summary>Writes the settings down as they would be stored.</summary>
    public async Task ConfigureAsync(string[]? domains = null, string[]? secondFactor = null)
    {
        await portal.Database.ExecuteAsync("DELETE FROM identity.outside_provider WHERE tenant_id = $1", TenantId);
        await portal.Database.ExecuteAsync("""
            INSERT INTO identity.outside_provider (tenant_id, id, issuer, client_id, domains, second_factor_values, button_ja, button_en, offered)
            VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, '医師会アカウント', 'Association account', true)
            """, TenantId, issuer.Address, ClientId, domains ?? [], secondFactor ?? []);
    }

    /// <summary>An issuer of a later test may listen where one of an earlier test did.</summary>
    public Task LinkAsync(string subject, string email) => portal.Database.ExecuteAsync("""
        INSERT INTO identity.outside_link (tenant_id, id, issuer, subject, account_id, linked_at)
        SELECT $1, gen_random_uuid(), $2, $3, id, now() FROM identity.account WHERE user_name = $4
        ON CONFLICT (tenant_id, issuer, subject) DO UPDATE SET account_id = excluded.account_id, last_used_at = NULL
        """, TenantId, issuer.Address, subject, email);

    /// <summary>Opens a page of the association's host, and from the sign-in page there the provider.</summary>
    /// <returns>What the provider is asked.</returns>
    public async Task<NameValueCollection> LeaveAsync(Browser browser, string path = "/members?x=1")
    {
        var signIn = await browser.OpenAsync(portal.Node.Url(path, Host));
        var button = signIn.Document.QuerySelector($"a[href^='/sign-in/outside/{association}']");
        Assert.NotNull(button);
        var left = await browser.GetAsync(new Uri(signIn.Url, button.GetAttribute("href")));
        Assert.StartsWith($"{issuer.Address}/authorize?", left.Location?.AbsoluteUri, StringComparison.Ordinal);
        return HttpUtility.ParseQueryString(left.Location!.Query);
    }

    public JsonObject Claims(NameValueCollection asked, string subject = "member-1") => new()
    {
        ["iss"] = issuer.Address,
        ["sub"] = subject,
        ["aud"] = ClientId,
        ["nonce"] = asked["nonce"],
        ["iat"] = portal.Clock.Now.ToUnixTimeSeconds(),
        ["exp"] = portal.Clock.Now.ToUnixTimeSeconds() + 300,
    };

    /// <summary>The provider sends the browser back with a code for this token; redirects are not followed.</summary>
    public Task<BrowserPage> ReturnAsync(Browser browser, NameValueCollection asked, string idToken, string? answeringIssuer = null) =>
        browser.GetAsync(Answer(asked, idToken, answeringIssuer));

    public Uri Answer(NameValueCollection asked, string idToken, string? answeringIssuer = null)
    {
        var code = Guid.NewGuid().ToString("N");
        issuer.Redeem(code, new JsonObject { ["id_token"] = idToken, ["access_token"] = "an access token", ["token_type"] = "Bearer" });
        var query = $"code={code}&state={Uri.EscapeDataString(asked["state"]!)}";
        return CallbackOf(asked, answeringIssuer is null ? query : $"{query}&iss={Uri.EscapeDataString(answeringIssuer)}");
    }

    public Uri CallbackOf(NameValueCollection asked, string query)
    {
        Assert.Equal(portal.Node.Url($"/sign-in/outside/{association}/{CallbackPath}").AbsoluteUri, asked["redirect_uri"]);
        return new Uri($"{asked["redirect_uri"]}?{query}");
    }

    /// <summary>Leaves and comes back as the subject, to wherever that leads.</summary>
    public async Task<BrowserPage> SignInAsync(Browser browser, string subject = "member-1", JsonObject? more = null, string path = "/members?x=1")
    {
        var asked = await LeaveAsync(browser, path);
        var claims = Claims(asked, subject);
        foreach (var (name, value) in more ?? [])
        {
            claims[name] = value?.DeepClone();
        }
        return await browser.OpenAsync(Answer(asked, issuer.Sign(claims)));
    }
}
