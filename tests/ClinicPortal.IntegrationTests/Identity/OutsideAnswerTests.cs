using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Answers of an association's provider that are not what they seem; each is refused, and the password is still there.</summary>
public sealed class OutsideAnswerTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const string Secretariat = "secretariat@setagaya.example";

    private ForgingIssuer issuer = null!;
    private OutsideProviderSteps steps = null!;

    public static TheoryData<string> Forgeries { get; } =
    [
        "alg none", "no signature", "HS256 under the public key", "another issuer's key", "unknown kid", "tampered claims", "issuer of another", "audience of another",
        "several audiences and no azp", "azp of another", "expired", "no expiry", "issued in the future", "no nonce", "another nonce", "no subject", "an access token",
        "at_hash of another token",
    ];

    public async ValueTask InitializeAsync()
    {
        issuer = await ForgingIssuer.StartAsync();
        steps = new OutsideProviderSteps(portal, issuer);
        await steps.ConfigureAsync();
        await steps.LinkAsync("member-1", Secretariat);
    }

    public ValueTask DisposeAsync() => issuer.DisposeAsync();

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Token_ThatIsForged_SignsNobodyIn(string forgery)
    {
        using var browser = new Browser(portal.Node);
        var asked = await steps.LeaveAsync(browser);

        Refused(browser, await steps.ReturnAsync(browser, asked, Forge(forgery, steps.Claims(asked))), "確認できませんでした");
    }

    [Fact]
    public async Task Answer_ThatIsTrue_IsAccepted()
    {
        using var browser = new Browser(portal.Node);
        var asked = await steps.LeaveAsync(browser);

        var back = await steps.ReturnAsync(browser, asked, issuer.Sign(steps.Claims(asked)));

        Assert.Equal("/sign-in/second-factor", back.Location?.AbsolutePath);
        Assert.Equal("S256", asked["code_challenge_method"]);
        Assert.Equal(asked["code_challenge"], System.Buffers.Text.Base64Url.EncodeToString(
            SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(issuer.LastTokenRequest["code_verifier"]))));
    }

    [Fact]
    public async Task Answer_ComingASecondTime_IsRefused()
    {
        using var browser = new Browser(portal.Node);
        var asked = await steps.LeaveAsync(browser);
        var token = issuer.Sign(steps.Claims(asked));
        await steps.ReturnAsync(browser, asked, token);
        browser.SetCookie("localhost", "__Host-attempt", "");

        var again = await steps.ReturnAsync(browser, asked, token);

        Assert.Contains("別のブラウザー", again.Refusal, StringComparison.Ordinal);
        Assert.Equal("", browser.Cookie("localhost", "__Host-attempt"));
    }

    [Fact]
    public async Task Answer_WithAnotherState_IsRefused()
    {
        using var browser = new Browser(portal.Node);
        var asked = await steps.LeaveAsync(browser);
        var token = issuer.Sign(steps.Claims(asked));
        asked["state"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

        Refused(browser, await steps.ReturnAsync(browser, asked, token), "別のブラウザー");
        Assert.Empty(issuer.LastTokenRequest);
    }

    [Fact]
    public async Task Answer_ToAnotherBrowser_IsRefused_AndStaysGoodThere()
    {
        using var victim = new Browser(portal.Node);
        using var attacker = new Browser(portal.Node);
        await steps.LeaveAsync(victim);
        var asked = await steps.LeaveAsync(attacker);
        var token = issuer.Sign(steps.Claims(asked));

        Refused(victim, await steps.ReturnAsync(victim, asked, token), "別のブラウザー");
        Assert.NotNull((await steps.ReturnAsync(attacker, asked, token)).Location);
    }

    [Fact]
    public async Task Answer_AfterTenMinutes_IsRefused()
    {
        using var browser = new Browser(portal.Node);
        var asked = await steps.LeaveAsync(browser);
        portal.Clock.Advance(TimeSpan.FromMinutes(10));

        Refused(browser, await steps.ReturnAsync(browser, asked, issuer.Sign(steps.Claims(asked))), "別のブラウザー");
    }

    [Fact]
    public async Task Answer_AtAnotherAssociationsAddress_IsRefused()
    {
        using var browser = new Browser(portal.Node);
        await using var other = await ForgingIssuer.StartAsync();
        await new OutsideProviderSteps(portal, other, "koto").ConfigureAsync();
        var asked = await steps.LeaveAsync(browser);
        var answer = steps.Answer(asked, issuer.Sign(steps.Claims(asked)));

        Refused(browser, await browser.GetAsync(new Uri(answer.AbsoluteUri.Replace("/setagaya/", "/koto/", StringComparison.Ordinal))), "別のブラウザー");
    }

    [Theory]
    [InlineData(false, "https://another.example")]
    [InlineData(true, null)]
    public async Task Answer_OfAnotherIssuer_IsRefused_AndItsCodeIsBroughtNowhere(bool namesItself, string? answering)
    {
        issuer.Claimed["authorization_response_iss_parameter_supported"] = namesItself;
        using var browser = new Browser(portal.Node);
        var asked = await steps.LeaveAsync(browser);

        Refused(browser, await steps.ReturnAsync(browser, asked, issuer.Sign(steps.Claims(asked)), answering), "確認できませんでした");
        Assert.Empty(issuer.LastTokenRequest);
    }

    [Fact]
    public async Task Refusal_OfTheProvider_IsSaid()
    {
        using var browser = new Browser(portal.Node);
        var asked = await steps.LeaveAsync(browser);

        Refused(browser, await browser.GetAsync(steps.CallbackOf(asked, $"error=access_denied&state={asked["state"]}")), "完了しませんでした");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Address_OfSomebodyElse_SignsNobodyIn(bool isVerified)
    {
        using var browser = new Browser(portal.Node);

        var page = await steps.SignInAsync(browser, "stranger", new JsonObject { ["email"] = Secretariat, ["email_verified"] = isVerified });

        Refused(browser, page, "連携されていません");
    }

    [Theory]
    [InlineData("someone@elsewhere.example", true)]
    [InlineData("someone@ishikai.example", false)]
    [InlineData("someone@elsewhere.example@ishikai.example", true)]
    [InlineData("someone@sub.ishikai.example", true)]
    [InlineData(null, true)]
    public async Task Address_ThatTheProviderDoesNotSpeakFor_IsRefused(string? email, bool isVerified)
    {
        await steps.ConfigureAsync(domains: ["ishikai.example"]);
        using var browser = new Browser(portal.Node);

        Refused(browser, await steps.SignInAsync(browser, more: new JsonObject { ["email"] = email, ["email_verified"] = isVerified }), "確認されていません");
    }

    [Fact]
    public async Task Subject_OfTwoIssuers_IsTwoPeople()
    {
        await using var other = await ForgingIssuer.StartAsync();
        var koto = new OutsideProviderSteps(portal, other, "koto");
        await koto.ConfigureAsync(secondFactor: ["mfa"]);
        using var browser = new Browser(portal.Node);

        Refused(browser, await koto.SignInAsync(browser, more: Mfa()), "連携されていません");

        await koto.LinkAsync("member-1", "secretariat@koto.example");
        var page = await koto.SignInAsync(browser, more: Mfa());
        Assert.Equal(portal.Node.Url("/members?x=1", koto.Host), page.Url);
    }

    /// <summary>Two associations may use the same service of a large company.</summary>
    [Fact]
    public async Task Link_OfOneAssociation_IsNoneOfAnotherWithTheSameIssuer()
    {
        var koto = new OutsideProviderSteps(portal, issuer, "koto");
        await koto.ConfigureAsync(secondFactor: ["mfa"]);
        using var browser = new Browser(portal.Node);

        Refused(browser, await koto.SignInAsync(browser, more: Mfa()), "連携されていません");
    }

    [Fact]
    public async Task Provider_ThatIsAway_LeavesTheOtherWays()
    {
        issuer.IsAway = true;
        using var browser = new Browser(portal.Node);
        var signIn = await browser.OpenAsync(portal.Node.Url("/members", steps.Host));

        var page = await browser.GetAsync(new Uri(signIn.Url, signIn.Document.QuerySelector("a[href^='/sign-in/outside/']")!.GetAttribute("href")));

        Refused(browser, page, "接続できません");
        Assert.Equal("/members", (await browser.SignInAsync(page, Secretariat)).Url.AbsolutePath);
    }

    [Fact]
    public async Task Provider_WhoseDocumentNamesAnotherIssuer_IsNotAsked()
    {
        issuer.Claimed["issuer"] = "https://login.example";
        using var browser = new Browser(portal.Node);

        Refused(browser, await browser.GetAsync(portal.Node.Url("/sign-in/outside/setagaya")), "接続できません");
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    public async Task Return_ToAnotherSite_LeadsToTheFirstScreen(string path)
    {
        await steps.ConfigureAsync(secondFactor: ["mfa"]);
        using var browser = new Browser(portal.Node);

        var begun = await browser.GetAsync(portal.Node.Url($"/session/begin?return={Uri.EscapeDataString(path)}", steps.Host));
        var query = System.Web.HttpUtility.ParseQueryString(begun.Location!.Query);
        query["return"] = path;
        var left = await browser.GetAsync(portal.Node.Url($"/sign-in/outside/setagaya?{query}"));
        var asked = System.Web.HttpUtility.ParseQueryString(left.Location!.Query);
        var claims = steps.Claims(asked);
        claims["amr"] = new JsonArray("mfa");
        var completed = await browser.GetAsync((await steps.ReturnAsync(browser, asked, issuer.Sign(claims))).Location!);

        Assert.Equal(portal.Node.Url("/", steps.Host), completed.Location);
    }

    private static JsonObject Mfa() => new() { ["amr"] = new JsonArray("pwd", "mfa") };

    private static void Refused(Browser browser, BrowserPage page, string words)
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains(words, page.Refusal, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("form[action='/sign-in']"));
        Assert.Null(browser.Cookie("localhost", "__Host-session"));
        Assert.Null(browser.Cookie("localhost", "__Host-attempt"));
    }

    private string Forge(string forgery, JsonObject claims) => forgery switch
    {
        "alg none" => issuer.Sign(claims, "none"),
        "no signature" => issuer.Sign(claims) is var token ? token[..(token.LastIndexOf('.') + 1)] : "",
        "HS256 under the public key" => issuer.Sign(claims, "HS256"),
        "another issuer's key" => SignedByAnother(claims),
        "unknown kid" => issuer.Sign(claims, kid: "unknown"),
        "tampered claims" => Tampered(claims),
        "issuer of another" => issuer.Sign(With(claims, "iss", "https://another.example")),
        "audience of another" => issuer.Sign(With(claims, "aud", "another-client")),
        "several audiences and no azp" => issuer.Sign(With(claims, "aud", new JsonArray(OutsideProviderSteps.ClientId, "another-client"))),
        "azp of another" => issuer.Sign(With(claims, "azp", "another-client")),
        "expired" => issuer.Sign(With(claims, "exp", portal.Clock.Now.ToUnixTimeSeconds() - 61)),
        "no expiry" => issuer.Sign(With(claims, "exp", null)),
        "issued in the future" => issuer.Sign(With(claims, "iat", portal.Clock.Now.ToUnixTimeSeconds() + 120)),
        "no nonce" => issuer.Sign(With(claims, "nonce", null)),
        "another nonce" => issuer.Sign(With(claims, "nonce", "another")),
        "no subject" => issuer.Sign(With(claims, "sub", null)),
        "an access token" => issuer.Sign(claims, type: "at+jwt"),
        "at_hash of another token" => issuer.Sign(With(claims, "at_hash", "AAAAAAAAAAAAAAAAAAAAAA")),
        _ => throw new ArgumentException(forgery, nameof(forgery)),
    };

    private string SignedByAnother(JsonObject claims)
    {
        using var other = RSA.Create(2048);
        return issuer.Sign(claims, with: other);
    }

    private string Tampered(JsonObject claims)
    {
        var parts = issuer.Sign(With((JsonObject)claims.DeepClone(), "sub", "somebody-else")).Split('.');
        return $"{parts[0]}.{ForgingIssuer.Encode(claims)}.{parts[2]}";
    }

    private static JsonObject With(JsonObject claims, string name, JsonNode? value)
    {
        claims.Remove(name);
        if (value is not null)
        {
            claims[name] = value;
        }
        return claims;
    }
}
