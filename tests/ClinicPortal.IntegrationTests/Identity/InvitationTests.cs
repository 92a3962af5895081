using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Identity;

/// <summary>Somebody new comes in by a link in a mail: for one address, one place, one role, once and for seven days.</summary>
public sealed class InvitationTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";
    private const string Password = "Umi-to-yama-7341";

    [Fact]
    public async Task NewPerson_MakesAnAccountByTheLink_AndIsAMember()
    {
        var link = await InviteAsync("clinic1.doctor", "hanako@new.example", "clinic-staff");
        using var browser = new Browser(portal.Node);
        var page = await browser.OpenAsync(link);
        Assert.Contains("診療所職員", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        var accepted = await AcceptAsync(browser, page);

        Assert.Equal(HttpStatusCode.SeeOther, accepted.Status);
        var signIn = await browser.OpenAsync(accepted.Location!);
        var home = await browser.SignInAsync(signIn, "hanako@new.example", Password);
        // Whoever sees patients gets a second factor before anything opens.
        Assert.Equal("/sign-in/enrol", home.Url.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, home.Status);
        Assert.Single(
            await portal.Database.AuditAsync("record_kind = 'membership' AND actor_name = 'hanako@new.example'"), entry => entry.Reason == "Joined clinic-staff");
    }

    [Fact]
    public async Task OpeningTheLink_UsesNothingUp()
    {
        var link = await InviteAsync("clinic1.doctor", "preview@new.example", "clinic-staff");
        using var preview = new Browser(portal.Node);
        for (var i = 0; i < 3; i++)
        {
            await preview.OpenAsync(link);
        }

        using var person = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.SeeOther, (await AcceptAsync(person, await person.OpenAsync(link))).Status);
    }

    [Fact]
    public async Task UsedLink_AndItsForm_AreRefusedPlainly()
    {
        var link = await InviteAsync("clinic1.doctor", "once@new.example", "clinic-staff");
        using var browser = new Browser(portal.Node);
        var (first, second) = (await browser.OpenAsync(link), await browser.OpenAsync(link));
        await AcceptAsync(browser, first);

        var replayed = await AcceptAsync(browser, second, "別人 太郎");

        Assert.Equal(HttpStatusCode.NotFound, replayed.Status);
        Assert.Contains("このリンクは使えません", replayed.Document.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(link)).Status);
    }

    [Fact]
    public async Task TwentyAtOnce_OneWins()
    {
        var link = await InviteAsync("clinic1.doctor", "raced@new.example", "clinic-staff");
        var racers = Enumerable.Range(0, 20).Select(_ => new Browser(portal.Node)).ToList();
        var pages = await Task.WhenAll(racers.Select(r => r.OpenAsync(link)));

        var answers = await Task.WhenAll(racers.Zip(pages, (racer, page) => AcceptAsync(racer, page)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.SeeOther);
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.SeeOther or HttpStatusCode.NotFound, $"{a.Status}"));
        Assert.Equal(1, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.membership m JOIN identity.account a ON a.id = m.account_id WHERE a.user_name = 'raced@new.example'"));
        racers.ForEach(r => r.Dispose());
    }

    [Fact]
    public async Task Revoked_Replaced_AndExpiredLinks_AreDead()
    {
        using var administrator = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Host);
        using var person = new Browser(portal.Node);
        var replaced = await InviteAsync("clinic2.doctor", "again@new.example", "clinic-staff");
        var id = await IdAsync("again@new.example");
        var staff = await administrator.OpenAsync(portal.Node.Url("/staff", Host));
        await administrator.PostAsync(staff, $"/staff/invitations/{id}/resend");
        var resent = SentMails.LinkIn(await portal.Database.Mails.LastToAsync("again@new.example", 2));

        Assert.Equal(HttpStatusCode.NotFound, (await person.OpenAsync(replaced)).Status);
        var open = await person.OpenAsync(resent);
        Assert.Equal(HttpStatusCode.OK, open.Status);
        await administrator.PostAsync(staff, $"/staff/invitations/{id}/revoke");
        Assert.Equal(HttpStatusCode.NotFound, (await AcceptAsync(person, open)).Status);

        var late = await InviteAsync("clinic2.doctor", "late@new.example", "clinic-staff");
        var night = portal.Clock.Now;
        portal.Clock.Advance(TimeSpan.FromDays(7));
        try
        {
            Assert.Equal(HttpStatusCode.NotFound, (await person.OpenAsync(late)).Status);
        }
        finally
        {
            portal.Clock.Now = night;
        }
    }

    [Fact]
    public async Task InvitationOfAnAccount_IsTakenByThatAccountOnly_AfterSigningIn()
    {
        var link = await InviteAsync("clinic3.doctor", "clinic4@setagaya.example", "clinic-staff");
        using var thief = await Browser.SignInAsync(portal.Node, "clinic5@setagaya.example", Host);
        var shown = await thief.OpenAsync(link);
        Assert.Null(shown.Document.QuerySelector("form[action^='/invitation/']"));
        var token = (await thief.OpenAsync(portal.Node.Url("/places"))).Form("/sign-out");
        var taken = await thief.SendAsync(new HttpRequestMessage(HttpMethod.Post, link)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>(token)
            {
                ["idempotency-key"] = "thief", ["name"] = "盗人", ["kana"] = "ヌスビト", ["password"] = Password,
            }),
        });
        Assert.Equal(HttpStatusCode.Forbidden, taken.Status);

        using var invited = new Browser(portal.Node);
        var signIn = (await invited.OpenAsync(link)).Document.QuerySelector("main a.button")!.GetAttribute("href")!;
        var back = await invited.SignInAsync(await invited.OpenAsync(portal.Node.Url(signIn)), "clinic4@setagaya.example");
        Assert.Equal(link.AbsolutePath, back.Url.AbsolutePath);
        var accepted = await invited.PostAsync(back, link.AbsolutePath);
        Assert.Equal(HttpStatusCode.SeeOther, accepted.Status);
        var there = await invited.OpenAsync(accepted.Location!);
        Assert.Equal(Host, there.Url.Host);
        Assert.Equal(2, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.membership WHERE account_id = $1 AND valid_until IS NULL", StableId.Of("setagaya", "clinic4")));
    }

    [Theory]
    [InlineData("email", "two@new.example, more@new.example")]
    [InlineData("email", "a@new.example\r\nBcc: all@new.example")]
    [InlineData("email", "\"x\" <a@new.example>")]
    [InlineData("email", "nobody")]
    [InlineData("role", "secretariat")]
    [InlineData("role", "platform-operator")]
    public async Task Invitation_ThatIsNotForOneAddressAndOneRoleOfTheOrganisation_IsRefused(string field, string value)
    {
        using var administrator = await Browser.SignInAsync(portal.Node, "clinic6.doctor@setagaya.example", Host);
        var page = await administrator.OpenAsync(portal.Node.Url("/staff/invite", Host));

        var refused = await administrator.PostAsync(page, "/staff/invite", ("email", "ok@new.example"), ("role", "clinic-staff"), (field, value));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($"#{field}-message"));
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM identity.invitation WHERE organisation_id = $1", StableId.Of("setagaya", "clinic6")));
    }

    [Fact]
    public async Task ForgedFieldsOfTheLinksForm_ChangeNeitherRoleNorAddress()
    {
        var link = await InviteAsync("clinic7.doctor", "modest@new.example", "clinic-staff");
        using var browser = new Browser(portal.Node);
        var page = await browser.OpenAsync(link);
        var form = page.Form(link.AbsolutePath);
        foreach (var (name, value) in new[] { ("name", "控目 花"), ("kana", "ひかえめ はな"), ("password", Password), ("role", "clinic-doctor"),
            ("administrator", "true"), ("email", "other@new.example"), ("organisationId", $"{StableId.Of("setagaya", "clinic1")}") })
        {
            form[name] = value;
        }

        await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, link) { Content = new FormUrlEncodedContent(form) });

        Assert.Equal("clinic-staff false", await portal.Database.ReadAsync<string>("""
            SELECT m.role || ' ' || m.administrator FROM identity.membership m JOIN identity.account a ON a.id = m.account_id
            WHERE a.user_name = 'modest@new.example' AND m.organisation_id = $1
            """, StableId.Of("setagaya", "clinic7")));
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("kana", "hanako")]
    [InlineData("password", "Short-1")]
    [InlineData("password", "password-2026!")]
    public async Task Account_ThatIsNotFilledInRightly_IsRefusedBesideItsField_AndTheLinkStays(string field, string value)
    {
        var email = $"{Guid.NewGuid():N}@new.example";
        var link = await InviteAsync("clinic8.doctor", email, "clinic-staff");
        using var browser = new Browser(portal.Node);
        var page = await browser.OpenAsync(link);

        var refused = await browser.PostAsync(page, link.AbsolutePath, ("name", "山田 花子"), ("kana", "やまだ はなこ"), ("password", Password), (field, value));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector($"#{field}-message"));
        Assert.DoesNotContain(Password, refused.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await AcceptAsync(browser, refused)).Status);
    }

    [Fact]
    public async Task WhoIsNoAdministratorAnyMore_LeavesNoOpenInvitationBehind()
    {
        await portal.Database.ExecuteAsync("UPDATE identity.membership SET administrator = true WHERE id = $1", StableId.Of("setagaya", "clinic9", "membership"));
        var link = await InviteAsync("clinic9", "backdoor@new.example", "clinic-doctor");
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic9.doctor@setagaya.example", Host);
        var path = $"/staff/{StableId.Of("setagaya", "clinic9", "membership")}";
        await doctor.PostAsync(await doctor.OpenAsync(portal.Node.Url(path, Host)), path + "/remove");

        using var person = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.NotFound, (await person.OpenAsync(link)).Status);
    }

    [Fact]
    public async Task TamperedCodes_OpenNothing()
    {
        var link = await InviteAsync("clinic1.doctor", "tamper@new.example", "clinic-staff");
        using var browser = new Browser(portal.Node);
        var code = link.AbsolutePath.Split('/')[^1];
        foreach (var tampered in new[] { code[..^2] + (code[^2] == 'A' ? "BB" : "AA"), code[..40], new string('A', code.Length), "x", new string('A', 5000) })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(portal.Node.Url($"/invitation/{tampered}"))).Status);
        }
    }

    private async Task<Uri> InviteAsync(string administrator, string email, string role)
    {
        using var browser = await Browser.SignInAsync(portal.Node, $"{administrator}@setagaya.example", Host);
        var page = await browser.OpenAsync(portal.Node.Url("/staff/invite", Host));
        var invited = await browser.PostAsync(page, "/staff/invite", ("email", email), ("role", role));
        Assert.Equal("/staff", invited.Location?.AbsolutePath);
        var link = SentMails.LinkIn(await portal.Database.Mails.LastToAsync(email));
        return portal.Node.Url(link.AbsolutePath);
    }

    private Task<Guid> IdAsync(string email) => portal.Database.ReadAsync<Guid>("SELECT id FROM identity.invitation WHERE email = $1", email);

    private static Task<BrowserPage> AcceptAsync(Browser browser, BrowserPage page, string name = "新田 花子") => browser.PostAsync(
        page, page.Url.AbsolutePath, ("name", name), ("kana", "にった はなこ"), ("password", Password));
}
