using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Access tokens of an outside issuer in place of an API key, true ones and forged ones.</summary>
public sealed class MachineTokenTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const string Cases = "/api/v1/cases";
    private const string Client = "night-gateway";

    private ForgingIssuer issuer = null!;
    private Guid entry;

    public static TheoryData<string> Forgeries { get; } =
    [
        "alg none", "no signature", "HS256 under the public key", "RS512", "another issuer's key", "unknown kid", "tampered claims", "issuer of another", "issuer with a slash",
        "another audience", "two entries as audience", "no audience", "expired", "no expiry", "not yet valid", "issued in the future", "never issued", "good for a day",
        "a user's token", "another client", "an ID token", "a logout token", "a critical extension", "five parts", "too long",
    ];

    public async ValueTask InitializeAsync()
    {
        issuer = await ForgingIssuer.StartAsync();
        entry = await TrustAsync("setagaya", "clinic1");
    }

    public ValueTask DisposeAsync() => issuer.DisposeAsync();

    [Theory]
    [InlineData("RS256", "at+jwt")]
    [InlineData("PS256", "JWT")]
    [InlineData("ES256", null)]
    public async Task Token_OfATrustedIssuer_IsLetIn(string algorithm, string? type)
    {
        using var api = portal.Node.Api(issuer.Sign(Claims(), algorithm, type));

        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        Assert.Equal(portal.Clock.Now.UtcDateTime, await portal.Database.ReadAsync<DateTime>("SELECT last_used_at FROM identity.trusted_client WHERE id = $1", entry));
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Token_ThatIsForged_IsRefusedLikeAWrongKey(string forgery)
    {
        using var nobody = portal.Node.Api("demo.desk.nobody");
        using var api = portal.Node.Api(Forge(forgery));

        var refused = (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);

        var wrongKey = await nobody.GetAsync(Cases);
        Assert.Equal("unauthenticated", refused.Code);
        Assert.Equal(Words(wrongKey), Words(refused));
    }

    [Fact]
    public async Task Token_ReachesItsOwnOrganisationOnly()
    {
        var night = new TestNight(portal);
        var (own, _) = await night.RequestAsync(await night.PatientAsync(1), unit: 1);
        var (foreign, _) = await night.RequestAsync(await night.PatientAsync(2), unit: 2);
        using var api = portal.Node.Api(issuer.Sign(Claims()));

        (await api.GetAsync($"{Cases}/{own}")).Expect(HttpStatusCode.OK);
        (await api.GetAsync($"{Cases}/{foreign}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Token_ForAnEntryOfAnotherIssuer_IsRefused()
    {
        await using var other = await ForgingIssuer.StartAsync();
        using var api = portal.Node.Api(other.Sign(Claims()));

        (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
        Assert.Equal(0, other.KeysRead);
    }

    [Theory]
    [InlineData("revoked_at = $2")]
    [InlineData("expires_at = $2")]
    public async Task Token_OfAnEntryThatIsOver_IsRefusedWithinTenSeconds(string change)
    {
        using var api = portal.Node.Api(issuer.Sign(Claims()));
        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);

        await portal.Database.ExecuteAsync($"UPDATE identity.trusted_client SET {change} WHERE id = $1", entry, portal.Clock.Now);
        portal.Clock.Advance(TimeSpan.FromSeconds(10));

        (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Token_UnderANewKey_IsLetInAfterTheKeysWereReadAgain_AndNoSenderDecidesHowOften()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(issuer.Sign(Claims())));
        issuer.RollOver();
        for (var n = 0; n < 5; n++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(issuer.Sign(Claims("jti", n), kid: $"made-up-{n}")));
        }
        Assert.Equal(1, issuer.KeysRead);

        portal.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(issuer.Sign(Claims())));
        Assert.Equal(2, issuer.KeysRead);
    }

    [Fact]
    public async Task Token_WhileTheIssuerIsAwayForAnHour_IsLetIn_AndNotForADay()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(issuer.Sign(Claims())));
        issuer.IsAway = true;

        portal.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(issuer.Sign(Claims())));

        portal.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(issuer.Sign(Claims())));
    }

    [Fact]
    public async Task Token_OfAnIssuerWhoseDocumentNamesAnother_IsRefused()
    {
        issuer.Claimed["issuer"] = "https://login.example";

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(issuer.Sign(Claims())));
        Assert.Equal(0, issuer.KeysRead);
    }

    [Fact]
    public async Task Token_OfAnIssuerWithHugeKeys_IsRefused()
    {
        issuer.Keys = context => context.Response.WriteAsync($"{{\"keys\":[],\"more\":\"{new string('x', 1_000_000)}\"}}");

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(issuer.Sign(Claims())));
    }

    [Fact]
    public async Task Token_OfAnIssuerThatNeverAnswers_IsRefused_AndTheNextOneAtOnce()
    {
        issuer.Keys = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var impatient = await PortalNode.StartAsync(
            portal.Database, portal.Clock, services => services.AddHttpClient(IssuerReader.Client, client => client.Timeout = TimeSpan.FromSeconds(3)));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(issuer.Sign(Claims()), impatient));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(issuer.Sign(Claims("jti", 2)), impatient));
        Assert.Equal(1, issuer.KeysRead);
    }

    /// <summary>An administrator who writes down an address of the inner network learns nothing about it.</summary>
    [Fact]
    public async Task Token_OfAnIssuerInTheInnerNetwork_IsRefusedUnasked_WhereItIsNotForDevelopment()
    {
        await using var guarded = await PortalNode.StartAsync(portal.Database, portal.Clock, services => services
            .AddHttpClient(IssuerReader.Client).ConfigurePrimaryHttpMessageHandler(() => OutboundHttp.Handler(toNeighboursToo: false)));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusOfAsync(issuer.Sign(Claims()), guarded));
        Assert.Equal(0, issuer.KeysRead);
    }

    private async Task<HttpStatusCode> StatusOfAsync(string token, PortalNode? node = null)
    {
        using var api = (node ?? portal.Node).Api(token);
        return (await api.GetAsync(Cases)).Status;
    }

    private string Forge(string forgery) => forgery switch
    {
        "alg none" => issuer.Sign(Claims(), "none"),
        "no signature" => issuer.Sign(Claims()) is var token ? token[..(token.LastIndexOf('.') + 1)] : "",
        "HS256 under the public key" => issuer.Sign(Claims(), "HS256"),
        "RS512" => issuer.Sign(Claims(), "RS512"),
        "another issuer's key" => SignedByAnother(),
        "unknown kid" => issuer.Sign(Claims(), kid: "unknown"),
        "tampered claims" => Tampered(),
        "issuer of another" => issuer.Sign(Claims("iss", "https://login.example")),
        "issuer with a slash" => issuer.Sign(Claims("iss", issuer.Address + "/")),
        "another audience" => issuer.Sign(Claims("aud", "https://another.example/api")),
        "two entries as audience" => issuer.Sign(Claims("aud", new JsonArray($"urn:uuid:{entry}", $"urn:uuid:{Guid.NewGuid()}"))),
        "no audience" => issuer.Sign(Claims("aud", null)),
        "expired" => issuer.Sign(Claims("exp", Epoch(-61))),
        "no expiry" => issuer.Sign(Claims("exp", null)),
        "not yet valid" => issuer.Sign(Claims("nbf", Epoch(120))),
        "issued in the future" => issuer.Sign(Claims("iat", Epoch(120))),
        "never issued" => issuer.Sign(Claims("iat", null)),
        "good for a day" => issuer.Sign(Claims("exp", Epoch(86400))),
        "a user's token" => issuer.Sign(Claims("sub", "dr-yamada")),
        "another client" => issuer.Sign(Claims("client_id", "another")),
        "an ID token" => issuer.Sign(Claims("nonce", "n"), type: "JWT"),
        "a logout token" => issuer.Sign(Claims(), type: "logout+jwt"),
        "a critical extension" => issuer.Sign(Claims(), header: new JsonObject { ["crit"] = new JsonArray("http://example/understood-by-nobody") }),
        "five parts" => issuer.Sign(Claims()) + ".x.y",
        "too long" => issuer.Sign(Claims("padding", new string('x', 20_000))),
        _ => throw new ArgumentException(forgery, nameof(forgery)),
    };

    private string SignedByAnother()
    {
        using var other = RSA.Create(2048);
        return issuer.Sign(Claims(), with: other);
    }

    private string Tampered()
    {
        var parts = issuer.Sign(Claims("exp", Epoch(-3600))).Split('.');
        return $"{parts[0]}.{ForgingIssuer.Encode(Claims())}.{parts[2]}";
    }

    private JsonObject Claims()
    {
        return new JsonObject
        {
            ["iss"] = issuer.Address,
            ["sub"] = Client,
            ["client_id"] = Client,
            ["aud"] = $"urn:uuid:{entry}",
            ["iat"] = Epoch(0),
            ["exp"] = Epoch(600),
        };
    }

    private JsonObject Claims(string name, JsonNode? value)
    {
        var claims = Claims();
        claims.Remove(name);
        if (value is not null)
        {
            claims[name] = value;
        }
        return claims;
    }

    private long Epoch(int seconds) => portal.Clock.Now.ToUnixTimeSeconds() + seconds;

    private async Task<Guid> TrustAsync(string tenant, string clinic)
    {
        var id = Guid.NewGuid();
        await portal.Database.ExecuteAsync("""
            INSERT INTO identity.trusted_client (id, display_name, issuer, client_id, subject, tenant_id, organisation_kind, organisation_id, role, read_only,
              created_by_name, created_at, expires_at)
            VALUES ($1, '電子カルテ連携', $2, $3, $3, $4, 'MemberClinic', $5, $6, false, '管理者', $7, $8)
            """,
            id, issuer.Address, Client, StableId.Of("tenant", tenant), StableId.Of(tenant, clinic), Roles.ClinicDoctor, portal.Clock.Now, portal.Clock.Now.AddYears(1));
        return id;
    }

    /// <summary>The answer without what differs from request to request.</summary>
    private static string Words(ApiAnswer answer)
    {
        var body = JsonNode.Parse(answer.Body.GetRawText())!.AsObject();
        body.Remove("traceId");
        return body.ToJsonString();
    }
}
