using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Access;

namespace ClinicPortal.IntegrationTests.Identity;

public sealed class ApiKeyTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Cases = "/api/v1/cases";

    [Theory]
    [InlineData("demo.desk.operator")]
    [InlineData("demo.setagaya.clinic1")]
    [InlineData("demo.koto.clinic1")]
    public async Task Key_OfARoleThatMay_IsLetIn(string key)
    {
        using var api = portal.Node.Api(key);

        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("demo.desk.nobody")]
    public async Task Key_ThatIsNone_Is401(string? key)
    {
        using var api = new ApiClient(portal.Node.Client(), key);

        Assert.Equal("unauthenticated", (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized).Code);
    }

    [Fact]
    public async Task Refusal_OfNobody_NamesTheScheme()
    {
        using var client = portal.Node.Client();

        using var response = await client.GetAsync(Cases, TestContext.Current.CancellationToken);

        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Key_OfARoleThatMayNot_Is403()
    {
        using var api = portal.Node.Api("demo.setagaya.secretariat");

        Assert.Equal("forbidden", (await api.GetAsync(Cases)).Expect(HttpStatusCode.Forbidden).Code);
    }

    [Fact]
    public async Task SessionCookie_DoesNotOpenTheApi()
    {
        using var browser = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(portal.Node.Url(Cases, "desk.localhost"))).Status);
    }

    [Theory]
    [InlineData("demo.tamagawa.clinic2", "UPDATE identity.api_key SET revoked_at = now() WHERE sha256 = sha256('demo.tamagawa.clinic2')")]
    [InlineData("demo.tamagawa.clinic4", """
        UPDATE identity.account SET disabled_at = now()
        WHERE id = (SELECT account_id FROM identity.api_key WHERE sha256 = sha256('demo.tamagawa.clinic4'))
        """)]
    public async Task Key_ThatIsNoLongerGood_IsRefusedAsSoonAsTheNodeHearsOfIt(string key, string change)
    {
        using var api = portal.Node.Api(key);
        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);

        await portal.Database.ExecuteAsync(change);

        // The clock stands still: nothing is forgotten for its age.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await api.GetAsync(Cases)).Status != HttpStatusCode.Unauthorized)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Theory]
    [InlineData(true, 599, true)]
    [InlineData(true, 600, false)]
    [InlineData(false, 9, true)]
    [InlineData(false, 10, false)]
    public void Memory_IsKeptForTenSeconds_AndLongerOnlyWhereChangesAreHeardOf(bool hears, int seconds, bool known)
    {
        var clock = new NightClock();
        var memory = new ShortMemory<string>(clock, () => hears);
        memory.Keep("key", "user", DateTimeOffset.MaxValue, memory.Mark);

        clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(known ? "user" : null, memory.Find("key"));
    }

    [Fact]
    public void Memory_OfALookUpThatSomethingWasForgottenDuring_IsNotKept()
    {
        var memory = new ShortMemory<string>(portal.Clock);
        var mark = memory.Mark;
        memory.Forget(_ => true);

        memory.Keep("key", "user", DateTimeOffset.MaxValue, mark);

        Assert.Null(memory.Find("key"));
    }

    [Fact]
    public async Task Key_OfAPersonWhoseMembershipEnded_IsRefused()
    {
        await portal.Database.ExecuteAsync(
            "UPDATE identity.membership SET valid_until = $1 WHERE account_id = (SELECT id FROM identity.account WHERE user_name = 'clinic3.doctor@tamagawa.example')",
            portal.Clock.Now);
        using var api = portal.Node.Api("demo.tamagawa.clinic3");

        (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Keys_AreStoredAsHashesOnly()
    {
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.api_key WHERE sha256 = sha256('demo.desk.operator')"));
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.api_key k WHERE k::text LIKE '%demo.%'"));
    }
}
