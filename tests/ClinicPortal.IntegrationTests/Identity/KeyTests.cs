using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Keys that administrators make for the machines of their organisation.</summary>
public sealed class KeyTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";
    private const string Cases = "/api/v1/cases";

    [Fact]
    public async Task Key_IsShownOnce_AndKeptAsAHash()
    {
        using var doctor = await SignInAsync("clinic1.doctor");
        var made = await doctor.OpenAsync((await CreateAsync(doctor)).Location!);
        var key = SecretOn(made)!;

        var again = await doctor.OpenAsync(made.Url);

        Assert.StartsWith("cpk_", key, StringComparison.Ordinal);
        Assert.Null(SecretOn(again));
        Assert.Contains(key[..12], again.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.api_key k WHERE k::text LIKE '%' || $1 || '%'", key));
        Assert.Single(
            await portal.Database.AuditAsync("record_kind = 'api-key' AND $1 = ANY (record_ids)", Guid.Parse(made.Url.Segments[^1])), entry => entry.Reason == "KeyCreated clinic-staff");
    }

    [Fact]
    public async Task ReadOnlyKey_Reads_AndChangesNothing()
    {
        using var doctor = await SignInAsync("clinic1.doctor");
        using var api = portal.Node.Api(await KeyAsync(doctor, scope: "read"));

        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        Assert.Equal("forbidden", (await api.PostAsync(Cases, new { complaint = "発熱" })).Expect(HttpStatusCode.Forbidden).Code);
        (await api.PutAsync($"/api/v1/cases/{Guid.NewGuid()}/report", new { })).Expect(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task ReadWriteKey_MayDoWhatItsRoleMay_InItsOrganisationOnly()
    {
        using var doctor = await SignInAsync("clinic1.doctor");
        using var api = portal.Node.Api(await KeyAsync(doctor, scope: "read-write"));
        var night = new TestNight(portal);

        (await api.PostAsync(Cases, new { patientId = await night.PatientAsync(1), caller = new { kind = "family" }, complaint = "発熱" })).Expect(HttpStatusCode.Created);
        var foreign = await portal.Database.ReadAsync<Guid>("SELECT id FROM patients.patient WHERE tenant_id = $1 LIMIT 1", StableId.Of("tenant", "koto"));
        (await api.PostAsync(Cases, new { patientId = foreign, caller = new { kind = "family" }, complaint = "発熱" })).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task RevokedKey_IsRefusedOnEveryNode_WithinTenSeconds()
    {
        var other = await portal.StartNodeAsync();
        using var doctor = await SignInAsync("clinic2.doctor");
        var made = await doctor.OpenAsync((await CreateAsync(doctor)).Location!);
        var key = SecretOn(made)!;
        using var here = portal.Node.Api(key);
        using var there = other.Api(key);
        (await here.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        (await there.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        var list = await doctor.OpenAsync(portal.Node.Url("/keys", Host));

        await doctor.PostAsync(list, $"{made.Url.AbsolutePath}/revoke");

        (await here.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
        portal.Clock.Advance(TimeSpan.FromSeconds(10));
        (await there.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Key_ThatExpired_IsRefused()
    {
        using var doctor = await SignInAsync("clinic3.doctor");
        using var api = portal.Node.Api(await KeyAsync(doctor, until: "2026-11-23"));
        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        var night = portal.Clock.Now;
        portal.Clock.Now = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.FromHours(9)).ToUniversalTime();
        try
        {
            (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
        }
        finally
        {
            portal.Clock.Now = night;
        }
    }

    [Theory]
    [InlineData("role", "secretariat")]
    [InlineData("role", "desk-operator")]
    [InlineData("scope", "everything")]
    [InlineData("until", "")]
    [InlineData("until", "2027-11-23")]
    [InlineData("until", "2026-11-21")]
    [InlineData("name", "")]
    public async Task Key_BeyondWhatTheOrganisationMay_IsRefusedBesideItsField(string field, string value)
    {
        using var doctor = await SignInAsync("clinic4.doctor");
        var page = await doctor.OpenAsync(portal.Node.Url("/keys/new", Host));

        var refused = await doctor.PostAsync(page, "/keys/new", [.. Fields(), (field, value)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($"#{field}-message"));
    }

    [Fact]
    public async Task Keys_OfOtherOrganisations_AnswerLikeUnknownOnes()
    {
        using var doctor = await SignInAsync("clinic5.doctor");
        await CreateAsync(doctor);
        var list = await doctor.OpenAsync(portal.Node.Url("/keys", Host));
        var form = list.Form(list.Document.QuerySelector("form[action$='/revoke']")!.GetAttribute("action")!);
        foreach (var foreign in new[] { StableId.Of("setagaya", "clinic6.doctor", "key"), StableId.Of("koto", "clinic1.doctor", "key"), Guid.NewGuid() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(portal.Node.Url($"/keys/{foreign}", Host))).Status);
            var refused = await doctor.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/keys/{foreign}/revoke", Host))
            {
                Content = new FormUrlEncodedContent(form),
            });
            Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.api_key WHERE id = $1 AND revoked_at IS NOT NULL", StableId.Of("setagaya", "clinic6.doctor", "key")));
    }

    private Task<Browser> SignInAsync(string who) => Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", Host);

    private async Task<string> KeyAsync(Browser browser, string scope = "read", string until = "2027-03-31") =>
        SecretOn(await browser.OpenAsync((await CreateAsync(browser, scope, until)).Location!))!;

    private async Task<BrowserPage> CreateAsync(Browser browser, string scope = "read", string until = "2027-03-31")
    {
        var made = await browser.PostAsync(await browser.OpenAsync(portal.Node.Url("/keys/new", Host)), "/keys/new", Fields(scope, until));
        Assert.Equal(HttpStatusCode.SeeOther, made.Status);
        return made;
    }

    private static (string Name, string Value)[] Fields(string scope = "read", string until = "2027-03-31") =>
        [("name", "電子カルテ連携"), ("role", "clinic-staff"), ("scope", scope), ("until", until)];

    private static string? SecretOn(BrowserPage page) => page.Document.QuerySelector("#secret")?.GetAttribute("value");
}
