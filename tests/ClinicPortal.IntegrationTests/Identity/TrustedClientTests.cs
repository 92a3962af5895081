using System.Net;
using System.Text.Json.Nodes;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Machines that administrators let in by the tokens of their own issuer.</summary>
public sealed class TrustedClientTests(PortalFixture portal) : IClassFixture<PortalFixture>, IAsyncLifetime
{
    private const string Host = "setagaya.localhost";
    private const string Pages = "/keys/clients";
    private const string Cases = "/api/v1/cases";

    private ForgingIssuer issuer = null!;

    public async ValueTask InitializeAsync() => issuer = await ForgingIssuer.StartAsync();

    public ValueTask DisposeAsync() => issuer.DisposeAsync();

    [Fact]
    public async Task Client_AddedByAnAdministrator_IsLetInToRead_AndNothingMore()
    {
        using var doctor = await SignInAsync("clinic1.doctor");
        var entry = await AddAsync(doctor, "検査会社");
        using var api = portal.Node.Api(Token(entry));

        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        Assert.Equal("forbidden", (await api.PostAsync(Cases, new { complaint = "発熱" })).Expect(HttpStatusCode.Forbidden).Code);

        var list = await doctor.OpenAsync(portal.Node.Url(Pages, Host));
        var shown = list.Document.QuerySelector("section[aria-label='検査会社']")!.TextContent;
        Assert.Contains($"urn:uuid:{entry}", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("まだ使われていません", shown, StringComparison.Ordinal);
        Assert.Equal(1, await AuditedAsync(entry, "ClientTrusted clinic-doctor"));
    }

    [Fact]
    public async Task RevokedClient_IsRefusedOnEveryNode_WithinTenSeconds()
    {
        var other = await portal.StartNodeAsync();
        using var doctor = await SignInAsync("clinic2.doctor");
        var entry = await AddAsync(doctor, "退役する機械");
        using var here = portal.Node.Api(Token(entry));
        using var there = other.Api(Token(entry));
        (await here.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        (await there.GetAsync(Cases)).Expect(HttpStatusCode.OK);

        await doctor.PostAsync(await doctor.OpenAsync(portal.Node.Url(Pages, Host)), $"{Pages}/{entry}/revoke");

        (await here.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
        portal.Clock.Advance(TimeSpan.FromSeconds(10));
        (await there.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
        Assert.Equal(1, await AuditedAsync(entry, "ClientRevoked"));
    }

    [Fact]
    public async Task OfAnOrganisationThatLeft_ClientsAndKeysAreRefused()
    {
        using var doctor = await SignInAsync("clinic6.doctor");
        using var client = portal.Node.Api(Token(await AddAsync(doctor, "退会する医院の機械")));
        using var key = portal.Node.Api("demo.setagaya.clinic6");
        (await client.GetAsync(Cases)).Expect(HttpStatusCode.OK);
        (await key.GetAsync(Cases)).Expect(HttpStatusCode.OK);

        await using (var services = portal.Node.Services.CreateAsyncScope())
        {
            await services.ServiceProvider.GetRequiredService<IOrganisationPeople>()
                .EndAsync(StableId.Of("setagaya", "clinic6"), portal.Clock.Now, TestContext.Current.CancellationToken);
        }
        portal.Clock.Advance(TimeSpan.FromSeconds(10));

        (await client.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
        (await key.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Client_WhoseDaysAreOver_IsRefused()
    {
        using var doctor = await SignInAsync("clinic3.doctor");
        var entry = await AddAsync(doctor, "期限のある機械", until: "2026-11-23");
        var night = portal.Clock.Now;
        portal.Clock.Now = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.FromHours(9)).ToUniversalTime();
        try
        {
            using var api = portal.Node.Api(Token(entry));
            (await api.GetAsync(Cases)).Expect(HttpStatusCode.Unauthorized);
        }
        finally
        {
            portal.Clock.Now = night;
        }
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("issuer", "")]
    [InlineData("issuer", "ftp://login.example")]
    [InlineData("issuer", "https://login.example/?tenant=1")]
    [InlineData("clientId", "")]
    [InlineData("role", "secretariat")]
    [InlineData("role", "platform-operator")]
    [InlineData("scope", "everything")]
    [InlineData("until", "2026-11-21")]
    [InlineData("until", "2027-11-23")]
    public async Task Client_BeyondWhatTheOrganisationMay_IsRefusedBesideItsField(string field, string value)
    {
        using var doctor = await SignInAsync("clinic4.doctor");
        var form = await doctor.OpenAsync(portal.Node.Url($"{Pages}/new", Host));

        var refused = await doctor.PostAsync(form, $"{Pages}/new", [.. Fields("検査会社", "2027-03-31"), (field, value)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($"#{field}-message"));
        Assert.Equal(field == "name" ? "" : "検査会社", refused.Document.QuerySelector("#name")!.GetAttribute("value") ?? "");
    }

    /// <summary>Whatever the form brings beside its fields, the client is of the organisation of who sends it.</summary>
    [Fact]
    public async Task Client_IsOfTheAdministratorsOwnOrganisation_WhateverTheFormSays()
    {
        using var doctor = await SignInAsync("clinic5.doctor");
        var form = await doctor.OpenAsync(portal.Node.Url($"{Pages}/new", Host));
        await doctor.PostAsync(form, $"{Pages}/new",
        [
            .. Fields("よその機械", "2027-03-31"), ("organisationId", $"{StableId.Of("setagaya", "clinic6")}"), ("tenantId", $"{StableId.Of("tenant", "koto")}"),
            ("organisationKind", "Platform"),
        ]);

        Assert.Equal(StableId.Of("setagaya", "clinic5"), await portal.Database.ReadAsync<Guid>("SELECT organisation_id FROM identity.trusted_client WHERE display_name = 'よその機械'"));
        Assert.Equal(StableId.Of("tenant", "setagaya"), await portal.Database.ReadAsync<Guid>("SELECT tenant_id FROM identity.trusted_client WHERE display_name = 'よその機械'"));
    }

    [Fact]
    public async Task Clients_OfOtherOrganisations_AreNotSeen_AndAnswerLikeUnknownOnes()
    {
        using var neighbour = await SignInAsync("clinic7.doctor");
        var foreign = await AddAsync(neighbour, "隣の機械");
        using var doctor = await SignInAsync("clinic8.doctor");
        var own = await AddAsync(doctor, "自院の機械");
        var list = await doctor.OpenAsync(portal.Node.Url(Pages, Host));
        Assert.DoesNotContain("隣の機械", list.Document.Body!.TextContent, StringComparison.Ordinal);
        var form = list.Form($"{Pages}/{own}/revoke");

        foreach (var id in new[] { foreign, Guid.NewGuid() })
        {
            var refused = await doctor.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"{Pages}/{id}/revoke", Host)) { Content = new FormUrlEncodedContent(form) });
            Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        }
        using var api = portal.Node.Api(Token(foreign));
        (await api.GetAsync(Cases)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Staff_WhoDoNotAdminister_DoNotComeIn()
    {
        using var staff = await SignInAsync("clinic1");

        Assert.Equal(HttpStatusCode.Forbidden, (await staff.GetAsync(portal.Node.Url(Pages, Host))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await staff.GetAsync(portal.Node.Url($"{Pages}/new", Host))).Status);
    }

    private Task<Browser> SignInAsync(string who) => Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", Host);

    private async Task<Guid> AddAsync(Browser browser, string name, string until = "2027-03-31")
    {
        var added = await browser.PostAsync(await browser.OpenAsync(portal.Node.Url($"{Pages}/new", Host)), $"{Pages}/new", Fields(name, until));
        Assert.Equal(HttpStatusCode.SeeOther, added.Status);
        return await portal.Database.ReadAsync<Guid>("SELECT id FROM identity.trusted_client WHERE display_name = $1", name);
    }

    private (string Name, string Value)[] Fields(string name, string until) =>
        [("name", name), ("issuer", issuer.Address), ("clientId", "night-gateway"), ("role", "clinic-doctor"), ("scope", "read"), ("until", until)];

    private string Token(Guid entry)
    {
        var now = portal.Clock.Now.ToUnixTimeSeconds();
        return issuer.Sign(new JsonObject
        {
            ["iss"] = issuer.Address, ["sub"] = "night-gateway", ["client_id"] = "night-gateway", ["aud"] = $"urn:uuid:{entry}", ["iat"] = now, ["exp"] = now + 600,
        });
    }

    private async Task<int> AuditedAsync(Guid entry, string reason) =>
        (await portal.Database.AuditAsync("record_kind = 'trusted-client' AND $1 = ANY (record_ids)", entry)).Count(found => found.Reason == reason);
}
