using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Accounts;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>An account that was shut opens nothing, anywhere, until it is opened again by who may.</summary>
public sealed class DisabledAccountTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";

    [Fact]
    public async Task DisabledAccount_IsOutOnEveryNode_WithinTenSeconds_AndSignsInOnlyWhenItIsEnabled()
    {
        var other = await portal.StartNodeAsync();
        using var doctor = await SignInAsync("clinic1.doctor");
        using var member = await SignInAsync("clinic1");
        using var there = member.On(other);
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync(other.Url("/inbox", Host))).Status);

        var done = await PostAsync(doctor, "clinic1", "disable");

        Assert.Equal("/staff", done.Location?.AbsolutePath);
        Assert.NotEqual(HttpStatusCode.OK, (await member.GetAsync(portal.Node.Url("/inbox", Host))).Status);
        portal.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEqual(HttpStatusCode.OK, (await there.GetAsync(other.Url("/inbox", Host))).Status);
        Assert.False(await CanSignInAsync("clinic1"));
        Assert.Contains("停止中", (await doctor.OpenAsync(portal.Node.Url("/staff", Host))).Document.Body!.TextContent, StringComparison.Ordinal);

        await PostAsync(doctor, "clinic1", "enable");

        // The session from before stays over.
        Assert.NotEqual(HttpStatusCode.OK, (await member.GetAsync(portal.Node.Url("/inbox", Host))).Status);
        Assert.True(await CanSignInAsync("clinic1"));
        var entries = await portal.Database.AuditAsync("record_kind = 'membership' AND $1 = ANY (record_ids)", MemberId("clinic1"));
        Assert.Single(entries, entry => entry.Reason == "AccountDisabled");
        Assert.Single(entries, entry => entry.Reason == "AccountEnabled");
        Assert.Equal(2, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.security_event WHERE account_id = $1 AND kind IN ('Disabled', 'Enabled')", StableId.Of("setagaya", "clinic1")));
    }

    [Fact]
    public async Task KeyThatActsAsADisabledAccount_IsRefused()
    {
        using var api = portal.Node.Api("demo.setagaya.clinic2");
        (await api.GetAsync("/api/v1/cases")).Expect(HttpStatusCode.OK);

        Assert.Equal(0, (await RunAsync("disable", "--email", "clinic2.doctor@setagaya.example")).Code);

        portal.Clock.Advance(TimeSpan.FromSeconds(10));
        (await api.GetAsync("/api/v1/cases")).Expect(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Administrator_DoesNotShutOutThemselves()
    {
        using var doctor = await SignInAsync("clinic3.doctor");
        var page = await doctor.OpenAsync(portal.Node.Url($"/staff/{MemberId("clinic3")}", Host));

        var refused = await SendAsync(doctor, page, "clinic3.doctor", "disable");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.True(await CanSignInAsync("clinic3.doctor"));
    }

    [Fact]
    public async Task AccountThatWorksElsewhereToo_IsNotThisOrganisationsToShut()
    {
        await portal.Database.ExecuteAsync("""
            INSERT INTO identity.membership (id, account_id, tenant_id, organisation_kind, organisation_id, organisation_name, role, valid_from, administrator)
            SELECT gen_random_uuid(), account_id, tenant_id, organisation_kind, $2, '別の診療所', role, valid_from, false FROM identity.membership WHERE id = $1
            """, MemberId("clinic4"), StableId.Of("setagaya", "clinic5"));
        using var doctor = await SignInAsync("clinic4.doctor");

        var refused = await PostAsync(doctor, "clinic4", "disable");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.account WHERE id = $1 AND disabled_at IS NOT NULL", StableId.Of("setagaya", "clinic4")));
    }

    [Fact]
    public async Task Members_OfOtherOrganisations_AnswerLikeUnknownOnes()
    {
        using var doctor = await SignInAsync("clinic6.doctor");
        var own = await doctor.OpenAsync(portal.Node.Url($"/staff/{MemberId("clinic6")}", Host));
        foreach (var foreign in new[] { MemberId("clinic7"), StableId.Of("koto", "clinic1", "membership"), Guid.NewGuid() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(doctor, own, foreign, "disable")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(doctor, own, foreign, "enable")).Status);
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.account WHERE id = $1 AND disabled_at IS NOT NULL", StableId.Of("setagaya", "clinic7")));
    }

    /// <summary>Otherwise the one who is left could go, and nobody would administer the clinic.</summary>
    [Fact]
    public async Task DisabledAdministrator_DoesNotCountAsOne()
    {
        await portal.Database.ExecuteAsync("UPDATE identity.membership SET administrator = true WHERE id = $1", MemberId("clinic8"));
        using var doctor = await SignInAsync("clinic8.doctor");
        await PostAsync(doctor, "clinic8", "disable");
        var path = $"/staff/{MemberId("clinic8.doctor")}";

        var refused = await doctor.PostAsync(await doctor.OpenAsync(portal.Node.Url(path, Host)), path + "/remove");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    [Fact]
    public async Task AccountThatTheOperatorShut_IsNotOpenedByTheClinic()
    {
        Assert.Equal(0, (await RunAsync("disable", "--email", "clinic9@setagaya.example")).Code);
        using var doctor = await SignInAsync("clinic9.doctor");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(doctor, "clinic9", "enable")).Status);
        Assert.False(await CanSignInAsync("clinic9"));

        Assert.Equal(0, (await RunAsync("enable", "--email", "CLINIC9@setagaya.example")).Code);
        Assert.True(await CanSignInAsync("clinic9"));
        Assert.Equal(1, (await RunAsync("disable", "--email", "nobody@setagaya.example")).Code);
    }

    private async Task<bool> CanSignInAsync(string who)
    {
        using var browser = new Browser(portal.Node);
        return (await browser.SignInAsync(await browser.OpenAsync(portal.Node.Url("/inbox", Host)), $"{who}@setagaya.example")).Url.Host == Host;
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        return (await portal.Node.Services.GetRequiredService<AccountCommands>().RunAsync(args, output, TestContext.Current.CancellationToken), output.ToString());
    }

    private static Guid MemberId(string who) => StableId.Of("setagaya", who, "membership");

    private Task<Browser> SignInAsync(string who) => Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", Host);

    private async Task<BrowserPage> PostAsync(Browser administrator, string who, string action)
    {
        var page = await administrator.OpenAsync(portal.Node.Url($"/staff/{MemberId(who)}", Host));
        return await administrator.PostAsync(page, $"/staff/{MemberId(who)}/{action}");
    }

    private static Task<BrowserPage> SendAsync(Browser browser, BrowserPage page, string who, string action) => SendAsync(browser, page, MemberId(who), action);

    /// <summary>Another member's form, sent with the address changed.</summary>
    private static Task<BrowserPage> SendAsync(Browser browser, BrowserPage page, Guid id, string action) => browser.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, $"/staff/{id}/{action}"))
        {
            Content = new FormUrlEncodedContent(page.Form(page.Url.AbsolutePath + "/remove")),
        });
}
