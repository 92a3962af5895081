using System.Net;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Notifications;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Notifications;
using ClinicPortal.Modules.Notifications.Adapters;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>From a reserved name to an association whose three hundred clinics are invited, by nobody but the people who do it and a mail server.</summary>
public sealed class OneSittingTests(PortalDatabaseFixture fixture) : IClassFixture<PortalDatabaseFixture>
{
    private const int Clinics = 300;
    private const string Identifier = "shinagawa";
    private const string Host = $"{Identifier}.localhost";
    private const string Secretary = "jimukyoku@shinagawa.example";

    // Of all tests of the class, as the database is: for its accounts, too, time goes on.
    private static readonly NightClock clock = new();

    private static Guid Id => GuidedOpening.IdOf(Identifier);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Association_IsOpened_ItsSecretariatComesIn_AndThreeHundredClinicsAreInvited()
    {
        await using var mail = await SmtpServer.StartAsync();
        await using var node = await StartAsync(mail);

        using (var guide = await GuidedOpening.SignInAsync(node))
        {
            await guide.WriteAllAsync(Identifier);
            Assert.Null((await guide.OpenAsync(GuidedOpening.Path(Identifier))).Document.QuerySelector("[name=email]"));
            GuidedOpening.Saved(await guide.OpenAssociationAsync(Identifier, Identifier));
            await node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);
            GuidedOpening.Saved(await InviteAsync(guide, Secretary));
        }
        var invitation = await mail.NextAsync();
        Assert.Equal([Secretary], invitation.To);

        using var secretariat = new Browser(node);
        await secretariat.JoinAsync(SentMails.LinkIn(invitation.Text), Secretary, clock.Now);
        var imported = await ImportAsync(node, secretariat);
        Assert.Equal($"/members?imported={Clinics}", imported.Location?.PathAndQuery);
        var members = await secretariat.OpenAsync(imported.Location!);
        var rows = members.Document.QuerySelectorAll("tbody tr").Select(row => row.TextContent).ToList();
        Assert.Equal(Clinics, rows.Count);
        var steps = Enum.GetValues<OnboardingStep>().Length;
        Assert.All(rows, row => Assert.Matches($@"\d+ ?/ ?{steps}", row));

        // The invitations are due a second after the import, so that nobody waits for them.
        clock.Advance(TimeSpan.FromSeconds(2));
        var mails = new List<TakenMail>();
        while (mails.Count < Clinics)
        {
            mails.Add(await mail.NextAsync());
        }
        Assert.Equal([.. Enumerable.Range(0, Clinics).Select(ContactOf).Order(StringComparer.Ordinal)], mails.Select(m => Assert.Single(m.To)).Order(StringComparer.Ordinal));
        Assert.Equal(Clinics, mails.Select(m => SentMails.LinkIn(m.Text)).Distinct().Count());

        using var clinic = new Browser(node);
        var last = mails.Single(m => m.To[0] == ContactOf(Clinics - 1));
        await clinic.JoinAsync(SentMails.LinkIn(last.Text), ContactOf(Clinics - 1), clock.Now);
        var checklist = await clinic.OpenAsync(node.Url("/onboarding", Host));
        Assert.Contains($"新規医院{Clinics - 1:D3}", checklist.Document.QuerySelector(".page-lead")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(steps, checklist.Document.QuerySelectorAll(".checklist > li").Length);
        await NothingIsHalfDoneAsync();
    }

    [Fact]
    public async Task SecondInvitation_TakesTheFirstBack_AndThereIsNoneOnceSomebodyAdministers()
    {
        await using var mail = await SmtpServer.StartAsync();
        await using var node = await StartAsync(mail);
        using var guide = await GuidedOpening.SignInAsync(node);
        const string Koto = "koto";
        await fixture.Database.ExecuteAsync(
            "UPDATE identity.membership SET administrator = false WHERE organisation_id = $1", GuidedOpening.IdOf(Koto));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await InviteAsync(guide, "a@b.example, c@d.example", Koto)).Status);
        GuidedOpening.Saved(await InviteAsync(guide, "typo@koto.example", Koto));
        var typo = SentMails.LinkIn((await mail.NextAsync()).Text);
        var stale = await guide.OpenAsync(GuidedOpening.Path(Koto));
        Assert.Contains("typo@koto.example", stale.Document.Body!.TextContent, StringComparison.Ordinal);
        GuidedOpening.Saved(await InviteAsync(guide, "right@koto.example", Koto));
        var right = await mail.NextAsync();
        Assert.Equal(["right@koto.example"], right.To);

        using var person = new Browser(node);
        Assert.Equal(HttpStatusCode.NotFound, (await person.OpenAsync(typo)).Status);
        await person.JoinAsync(SentMails.LinkIn(right.Text), "right@koto.example", clock.Now);

        // The page that was opened before, and the page as it is now.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.ForgeAsync($"{GuidedOpening.Path(Koto)}/administrator", ("email", "thief@koto.example"))).Status);
        Assert.Null((await guide.OpenAsync(GuidedOpening.Path(Koto))).Document.QuerySelector("[name=email]"));
        Assert.Equal(1, await fixture.Database.ReadAsync<long>(
            "SELECT count(*) FROM identity.membership WHERE organisation_id = $1 AND administrator AND valid_until IS NULL", GuidedOpening.IdOf(Koto)));
        Assert.Equal(0, await fixture.Database.ReadAsync<long>("SELECT count(*) FROM identity.invitation WHERE email = 'thief@koto.example'"));
    }

    private Task<PortalNode> StartAsync(SmtpServer mail)
    {
        // No code is taken twice.
        clock.Advance(TimeSpan.FromMinutes(2));
        return PortalNode.StartAsync(fixture.Database, clock, services => services.Replace(ServiceDescriptor.Singleton<IMailGateway>(new SmtpMail(
            Options.Create(new MailOptions { Host = "127.0.0.1", Port = mail.Port, Tls = MailTls.None, From = "portal@clinicportal.example" }), clock))));
    }

    private static Task<BrowserPage> InviteAsync(GuidedOpening guide, string email, string identifier = Identifier) =>
        guide.PostAsync(GuidedOpening.Path(identifier), $"{GuidedOpening.Path(identifier)}/administrator", ("email", email));

    private static async Task<BrowserPage> ImportAsync(PortalNode node, Browser secretariat)
    {
        var list = new StringBuilder(ImportMembersTests.Heading).Append("\r\n");
        for (var i = 0; i < Clinics; i++)
        {
            list.Append($"新規医院{i:D3},シンキイイン,{Codes.Of(700000 + i)},在支診,,一人で24時間当番,品川区大崎一丁目{i + 1},03-5555-{i:D4},,月火水木金 9:00-12:30,院長 {i};医師 {i},院長 {i},{ContactOf(i)}\r\n");
        }
        var page = await secretariat.OpenAsync(node.Url("/members/import", Host));
        var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(list.ToString())), "file", "members.csv" } };
        foreach (var (name, value) in page.Form("/members/import").Where(field => field.Key != "file"))
        {
            form.Add(new StringContent(value), name);
        }
        var uploaded = await secretariat.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url) { Content = form });
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.Status);
        var preview = await secretariat.OpenAsync(uploaded.Location!);
        Assert.Equal(Clinics, preview.Document.QuerySelectorAll("tbody tr").Length);
        Assert.Empty(preview.Document.QuerySelectorAll(".row-problem"));
        return await secretariat.PostAsync(preview, preview.Url.AbsolutePath);
    }

    private async Task NothingIsHalfDoneAsync()
    {
        Assert.Equal(Clinics, await fixture.Database.ReadAsync<long>("SELECT count(*) FROM associations.member_clinic WHERE tenant_id = $1", Id));
        Assert.Equal(2 * Clinics, await fixture.Database.ReadAsync<long>("SELECT count(*) FROM associations.physician WHERE tenant_id = $1", Id));
        Assert.Equal(Clinics, await fixture.Database.ReadAsync<long>(
            "SELECT count(DISTINCT organisation_id) FROM identity.invitation WHERE tenant_id = $1 AND organisation_kind = 'MemberClinic' AND administrator AND sending = 1", Id));
        Assert.Equal(Clinics, await fixture.Database.ReadAsync<long>(
            "SELECT count(*) FROM app.audit_entry WHERE tenant_id = $1 AND record_kind = 'member-clinic' AND action = 'Changed'", Id));
        Assert.Equal(0, await fixture.Database.ReadAsync<long>("SELECT count(*) FROM app.work_item WHERE failed_at IS NOT NULL OR last_error IS NOT NULL"));
    }

    private static string ContactOf(int clinic) => $"incho{clinic:D3}@list.example";
}
