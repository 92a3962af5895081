using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Administrators manage the people of their own organisation, and cannot leave it without an administrator.</summary>
public sealed class StaffTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Staff_ShowsTheOwnOrganisationOnly()
    {
        using var doctor = await SignInAsync("clinic1.doctor@setagaya.example");

        var page = await doctor.OpenAsync(portal.Node.Url("/staff", Host));

        var text = page.Document.QuerySelector("main")!.TextContent;
        Assert.Contains("clinic1@setagaya.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain("clinic2", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/staff")]
    [InlineData("/staff/invite")]
    [InlineData("/keys")]
    [InlineData("/keys/new")]
    public async Task Somebody_WhoIsNoAdministrator_IsRefused(string path)
    {
        using var staff = await SignInAsync("clinic1@setagaya.example");

        Assert.Equal(HttpStatusCode.Forbidden, (await staff.GetAsync(portal.Node.Url(path, Host))).Status);
        var menu = await staff.OpenAsync(portal.Node.Url("/inbox", Host));
        Assert.Null(menu.Document.QuerySelector($"a[href='{path}']"));
    }

    [Fact]
    public async Task Members_OfOtherOrganisations_AnswerLikeUnknownOnes()
    {
        using var doctor = await SignInAsync("clinic1.doctor@setagaya.example");
        var own = await doctor.OpenAsync(MemberUrl("clinic1"));
        foreach (var foreign in new[] { StableId.Of("setagaya", "clinic2", "membership"), StableId.Of("koto", "clinic1", "membership"), Guid.NewGuid() })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(portal.Node.Url($"/staff/{foreign}", Host))).Status);
            var version = await VersionAsync(foreign);
            foreach (var action in new[] { $"/staff/{foreign}", $"/staff/{foreign}/remove" })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(doctor, own, action, version, ("role", "clinic-doctor"))).Status);
            }
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.membership WHERE id = $1 AND valid_until IS NOT NULL", StableId.Of("setagaya", "clinic2", "membership")));
    }

    [Theory]
    [InlineData("secretariat")]
    [InlineData("platform-operator")]
    [InlineData("portal")]
    [InlineData("desk-operator")]
    [InlineData("")]
    public async Task Role_ThatIsNotOfTheOrganisation_IsRefused_HoweverItCame(string role)
    {
        using var doctor = await SignInAsync("clinic3.doctor@setagaya.example");
        var page = await doctor.OpenAsync(MemberUrl("clinic3"));

        var refused = await doctor.PostAsync(page, MemberPath("clinic3"), ("role", role));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector("#role-message"));
        Assert.Equal("clinic-staff", await portal.Database.ReadAsync<string>("SELECT role FROM identity.membership WHERE id = $1", Membership("clinic3")));
    }

    [Fact]
    public async Task ChangedRole_EndsItsSessions_AndIsOnRecord()
    {
        using var doctor = await SignInAsync("clinic4.doctor@setagaya.example");
        using var staff = await SignInAsync("clinic4@setagaya.example");
        var page = await doctor.OpenAsync(MemberUrl("clinic4"));

        var changed = await doctor.PostAsync(page, MemberPath("clinic4"), ("role", "clinic-doctor"));

        Assert.Equal("/staff", changed.Location?.AbsolutePath);
        portal.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.Redirect, (await staff.GetAsync(portal.Node.Url("/inbox", Host))).Status);
        Assert.Equal(1, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM app.audit_entry WHERE record_kind = 'membership' AND $1 = ANY (record_ids) AND actor_id = $2",
            Membership("clinic4"), StableId.Of("setagaya", "clinic4.doctor")));
        var history = await doctor.OpenAsync(portal.Node.Url("/staff", Host));
        Assert.Contains("役割の変更", history.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removed_IsOutWithinTenSeconds_OnEveryNode()
    {
        var other = await portal.StartNodeAsync();
        using var doctor = await SignInAsync("clinic5.doctor@setagaya.example");
        using var removed = await SignInAsync("clinic5@setagaya.example");
        using var elsewhere = removed.On(other);
        Assert.Equal(HttpStatusCode.OK, (await elsewhere.GetAsync(other.Url("/inbox", Host))).Status);

        await doctor.PostAsync(await doctor.OpenAsync(MemberUrl("clinic5")), MemberPath("clinic5") + "/remove");
        portal.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.Redirect, (await removed.GetAsync(portal.Node.Url("/inbox", Host))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync(other.Url("/inbox", Host))).Status);
        using var back = new Browser(portal.Node);
        var refused = await back.SignInAsync(await back.OpenAsync(portal.Node.Url("/inbox", Host)), "clinic5@setagaya.example");
        Assert.NotEqual(Host, refused.Url.Host);
    }

    [Fact]
    public async Task EndDate_LetsInOnItsDay_AndNotOnTheNext()
    {
        using var doctor = await SignInAsync("clinic6.doctor@setagaya.example");
        var page = await doctor.OpenAsync(MemberUrl("clinic6"));

        await doctor.PostAsync(page, MemberPath("clinic6"), ("role", "clinic-staff"), ("until", "令和8年11月30日"));

        Assert.Equal(
            new DateTime(2026, 11, 30, 15, 0, 0, DateTimeKind.Utc),
            await portal.Database.ReadAsync<DateTime>("SELECT valid_until FROM identity.membership WHERE id = $1", Membership("clinic6")));
    }

    [Theory]
    [InlineData("until", "2026-12-31")]
    [InlineData("administrator", "false")]
    public async Task LastAdministrator_CannotEndOrDemoteThemselves(string field, string value)
    {
        using var doctor = await SignInAsync("clinic7.doctor@setagaya.example");
        var page = await doctor.OpenAsync(MemberUrl("clinic7.doctor"));

        var refused = await doctor.PostAsync(page, MemberPath("clinic7.doctor"), ("role", "clinic-doctor"), ("administrator", "true"), (field, value));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($"#{field}-message"));
    }

    [Fact]
    public async Task LastAdministrator_CannotRemoveThemselves()
    {
        using var doctor = await SignInAsync("clinic7.doctor@setagaya.example");

        var refused = await doctor.PostAsync(await doctor.OpenAsync(MemberUrl("clinic7.doctor")), MemberPath("clinic7.doctor") + "/remove");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("先に別の人を管理者", refused.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoAdministrators_WhoRemoveEachOtherAtOnce_LeaveOne()
    {
        await portal.Database.ExecuteAsync("UPDATE identity.membership SET administrator = true WHERE id = $1", Membership("clinic8"));
        using var doctor = await SignInAsync("clinic8.doctor@setagaya.example");
        using var staff = await SignInAsync("clinic8@setagaya.example");
        var (one, two) = (await doctor.OpenAsync(MemberUrl("clinic8")), await staff.OpenAsync(MemberUrl("clinic8.doctor")));

        var answers = await Task.WhenAll(
            doctor.PostAsync(one, MemberPath("clinic8") + "/remove"), staff.PostAsync(two, MemberPath("clinic8.doctor") + "/remove"));

        Assert.Single(answers, a => a.Status == HttpStatusCode.SeeOther);
        Assert.Equal(1, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.membership WHERE organisation_id = $1 AND administrator AND valid_until IS NULL", StableId.Of("setagaya", "clinic8")));
    }

    [Fact]
    public async Task Change_OfWhatSomebodyElseChangedMeanwhile_IsRefused()
    {
        using var doctor = await SignInAsync("clinic2.doctor@setagaya.example");
        var page = await doctor.OpenAsync(MemberUrl("clinic2"));
        await portal.Database.ExecuteAsync("UPDATE identity.membership SET valid_from = valid_from WHERE id = $1", Membership("clinic2"));

        var refused = await doctor.PostAsync(page, MemberPath("clinic2"), ("role", "clinic-doctor"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("ほかの人が先に変更しました", refused.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_CannotBeChangedByTheApplication()
    {
        await using var rewrite = portal.Database.App.CreateCommand("UPDATE identity.organisation_event SET by_name = 'x'");
        await using var erase = portal.Database.App.CreateCommand("DELETE FROM identity.organisation_event");

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => rewrite.ExecuteNonQueryAsync(Cancellation));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => erase.ExecuteNonQueryAsync(Cancellation));
    }

    [Fact]
    public async Task OtherPlaces_AreOfferedInTheMenu()
    {
        await portal.Database.ExecuteAsync("""
            INSERT INTO identity.membership (id, account_id, tenant_id, organisation_kind, organisation_id, organisation_name, role, valid_from)
            SELECT gen_random_uuid(), $1, tenant_id, organisation_kind, organisation_id, organisation_name, role, valid_from FROM identity.membership WHERE id = $2
            """, StableId.Of("setagaya", "clinic9.doctor"), StableId.Of("koto", "clinic1.doctor", "membership"));
        using var browser = new Browser(portal.Node);
        var choice = await browser.SignInAsync(await browser.OpenAsync(portal.Node.Url("/inbox", Host)), "clinic9.doctor@setagaya.example");
        Assert.Equal(Host, choice.Url.Host);

        var others = await browser.GetAsync(portal.Node.Url("/places/others", Host));

        var link = Assert.Single(others.Document.QuerySelectorAll("a")).GetAttribute("href")!;
        var there = await browser.OpenAsync(new Uri(link));
        Assert.Equal("koto.localhost", there.Url.Host);
        Assert.Equal(HttpStatusCode.OK, there.Status);
    }

    private Uri MemberUrl(string account) => portal.Node.Url(MemberPath(account), Host);

    private static string MemberPath(string account) => $"/staff/{Membership(account)}";

    private static Guid Membership(string account) => StableId.Of("setagaya", account, "membership");

    private Task<Browser> SignInAsync(string email) => Browser.SignInAsync(portal.Node, email, Host);

    private async Task<string> VersionAsync(Guid membership) => await portal.Database.ReadAsync<string>(
        "SELECT coalesce((SELECT xmin::text FROM identity.membership WHERE id = $1), '1')", membership);

    /// <summary>A form of a page of one's own, sent elsewhere.</summary>
    private Task<BrowserPage> SendAsync(Browser browser, BrowserPage own, string action, string version, params (string Name, string Value)[] fields)
    {
        var form = own.Form(own.Url.AbsolutePath);
        form["version"] = version;
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }
        return browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url(action, Host)) { Content = new FormUrlEncodedContent(form) });
    }
}
