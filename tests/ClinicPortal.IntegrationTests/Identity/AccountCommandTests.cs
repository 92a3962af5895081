using System.Net;
using System.Text.RegularExpressions;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Identity.Accounts;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>The command <c>accounts invite</c>: how the first people come in where there is no demonstration.</summary>
public sealed partial class AccountCommandTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Password = "Umi-to-yama-7341";

    [Theory]
    [InlineData("platform-operator", "desk", "desk.localhost", "Platform")]
    [InlineData("desk-operator", "desk", "desk.localhost", "Desk")]
    [InlineData("secretariat", "koto", "koto.localhost", "Association")]
    public async Task FirstAdministrator_ComesInByThePrintedLink_Once(string role, string at, string host, string kind)
    {
        var email = $"first-{role}@new.example";
        var (code, said) = await RunAsync("invite", "--role", role, "--at", at, "--email", email);
        Assert.Equal(0, code);
        var link = portal.Node.Url(LinkIn(said));
        using var browser = new Browser(portal.Node);
        var page = await browser.OpenAsync(link);

        var accepted = await browser.PostAsync(page, link.AbsolutePath, ("name", "初代 管理"), ("kana", "しょだい かんり"), ("password", Password));

        Assert.Equal((HttpStatusCode.SeeOther, host), (accepted.Status, accepted.Location!.Host));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("""
            SELECT count(*) FROM identity.membership m JOIN identity.account a ON a.id = m.account_id
            WHERE a.user_name = $1 AND m.role = $2 AND m.administrator AND m.organisation_kind = $3
            """, email, role, kind));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(link)).Status);
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.organisation_event WHERE kind = 'Invited' AND subject = $1 AND by_id = $2", email, Guid.Empty));
        // Who is one already is not invited again.
        Assert.Equal(1, (await RunAsync("invite", "--role", role, "--at", at, "--email", email)).Code);
    }

    [Fact]
    public async Task SecondCall_EndsTheLinkOfTheFirst()
    {
        var first = LinkIn((await RunAsync("invite", "--role", "platform-operator", "--at", "desk", "--email", "twice@new.example")).Said);
        var second = LinkIn((await RunAsync("invite", "--role", "platform-operator", "--at", "desk", "--email", "twice@new.example")).Said);
        using var browser = new Browser(portal.Node);

        Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(portal.Node.Url(first))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(portal.Node.Url(second))).Status);
    }

    /// <summary>The link of an address that has an account opens that account's sign-in, not the account.</summary>
    [Fact]
    public async Task ExistingAccount_SignsInBeforeItAccepts()
    {
        var link = LinkIn((await RunAsync("invite", "--role", "platform-operator", "--at", "desk", "--email", "secretariat@setagaya.example")).Said);
        using var browser = new Browser(portal.Node);
        var page = await browser.OpenAsync(portal.Node.Url(link));

        Assert.Null(page.Document.QuerySelector("form[action^='/invitation/']"));
        Assert.Equal(0, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.membership WHERE account_id = $1 AND role = 'platform-operator'", StableId.Of("setagaya", "secretariat")));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "invite")]
    [InlineData(2, "invite", "--email", "a@new.example")]
    [InlineData(2, "invite", "--role", "secretariat", "--email")]
    [InlineData(2, "invite", "--role", "secretariat", "--email", "a@new.example", "--fast", "yes")]
    [InlineData(2, "disable", "--email", "a@new.example", "--role", "secretariat")]
    [InlineData(2, "delete", "--email", "a@new.example")]
    [InlineData(1, "invite", "--role", "clinic-doctor", "--email", "a@new.example")]
    [InlineData(1, "invite", "--role", "secretariat", "--email", "a@new.example")]
    [InlineData(1, "invite", "--role", "secretariat", "--at", "nowhere", "--email", "a@new.example")]
    [InlineData(1, "invite", "--role", "platform-operator", "--at", "koto", "--email", "a@new.example")]
    [InlineData(1, "invite", "--role", "platform-operator", "--at", "desk", "--email", "a@new.example, b@new.example")]
    public async Task WhatIsNotUnderstoodOrNotPossible_InvitesNobody(int expected, params string[] args)
    {
        var (code, said) = await RunAsync(args);

        Assert.Equal(expected, code);
        Assert.NotEmpty(said);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.invitation WHERE email LIKE 'a@new.example%'"));
    }

    private static string LinkIn(string said) => Link().Match(said).Groups[1].Value;

    private async Task<(int Code, string Said)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        return (await portal.Node.Services.GetRequiredService<AccountCommands>().RunAsync(args, output, TestContext.Current.CancellationToken), output.ToString());
    }

    [GeneratedRegex("https?://[^/]+(/invitation/[A-Za-z0-9_-]+)")]
    private static partial Regex Link();
}
