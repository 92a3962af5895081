using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>Who looked, read by the patient on a screen: this sheet, once opened by who knows birth date and code, for a week.</summary>
public sealed class ReportLinkTests : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Doctor = "clinic1.doctor@setagaya.example";
    private const string Page = "/access-report";

    private readonly PortalFixture portal;
    private readonly TestNight night;

    public ReportLinkTests(PortalFixture portal)
    {
        this.portal = portal;
        night = new TestNight(portal);
        // Wrong answers are counted by the address they come from, which all tests share.
        portal.Database.ExecuteAsync("DELETE FROM identity.throttle").GetAwaiter().GetResult();
        portal.Clock.Now = NightClock.Start;
    }

    [Fact]
    public async Task Sheet_OpensOnce_ForWhoKnowsBirthDateAndCode_AndPreviewsUseNothingUp()
    {
        var link = await GiveAsync();
        using var preview = new Browser(portal.Node);
        for (var look = 0; look < 3; look++)
        {
            var form = await preview.GetAsync(At(link.Path));
            Assert.Equal(HttpStatusCode.OK, form.Status);
            Assert.DoesNotContain(link.Name, form.Document.Body!.TextContent, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await preview.GetAsync(At(Page))).Status);

        using var patient = new Browser(portal.Node);
        var opened = await OpenAsync(patient, link.Path, link.BirthDate, link.Code);
        Assert.Equal((HttpStatusCode.SeeOther, Page), (opened.Status, opened.Location?.AbsolutePath));
        var sheet = await patient.GetAsync(At(Page));
        Assert.Equal(HttpStatusCode.OK, sheet.Status);
        Assert.All([link.Name, link.Number, "患者サマリーを開いた"], word => Assert.Contains(word, sheet.Document.Body!.TextContent, StringComparison.Ordinal));
        Assert.Empty(sheet.Document.QuerySelectorAll("main a, nav a"));
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(At("/follow"))).Status);

        using var thief = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(thief, link.Path, link.BirthDate, link.Code)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await thief.GetAsync(At(Page))).Status);
        Assert.Equal(1, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM app.audit_entry WHERE action = 'Opened' AND record_kind = 'access-report' AND role = 'visitor' AND $1 = ANY (record_ids)", link.Sheet));
    }

    [Fact]
    public async Task Link_AfterFiveWrongBirthDatesOrCodes_IsDeadForTheRightOnesToo()
    {
        var link = await GiveAsync();
        using var guesser = new Browser(portal.Node);
        var wrong = link.Code[0] == '1' ? $"2{link.Code[1..]}" : $"1{link.Code[1..]}";
        for (var guess = 0; guess < 5; guess++)
        {
            var (born, code) = guess % 2 == 0 ? (link.BirthDate, wrong) : (link.BirthDate.AddDays(1), link.Code);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(guesser, link.Path, born, code)).Status);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(guesser, link.Path, link.BirthDate, link.Code)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await guesser.GetAsync(At(Page))).Status);
    }

    [Fact]
    public async Task PassOfAnotherPurpose_OpensNoSheet_NorAnotherAssociationsHost()
    {
        var link = await GiveAsync();
        using var family = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.SeeOther, (await OpenAsync(family, link.Path, link.BirthDate, link.Code)).Status);
        // The same secret, made a link to follow a visit by the database's owner: the pass is worth nothing here any more.
        await portal.Database.ExecuteAsync("UPDATE identity.visitor_link SET purpose = 'follow-visit' WHERE subject_id = $1", link.Sheet);
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(At(Page))).Status);

        var other = await GiveAsync();
        using var elsewhere = new Browser(portal.Node);
        var form = await elsewhere.GetAsync(portal.Node.Url(other.Path, "koto.localhost"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await elsewhere.PostAsync(form, other.Path, ("birthDate", $"{other.BirthDate:yyyy-MM-dd}"), ("code", other.Code))).Status);
    }

    [Fact]
    public async Task Link_ExpiredOrRevoked_OpensNothing_AndEndsWhatIsOpen()
    {
        var link = await GiveAsync();
        using var patient = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.SeeOther, (await OpenAsync(patient, link.Path, link.BirthDate, link.Code)).Status);
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        var list = await doctor.GetAsync(At($"/patients/{link.Patient}/looks/sheets/{link.Sheet}/links"));
        Assert.DoesNotContain(link.Code, list.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        var revoke = list.Document.QuerySelector("form[action$='/revoke']")!.GetAttribute("action")!;
        using var stranger = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Setagaya);
        var foreign = await stranger.SendAsync(new HttpRequestMessage(HttpMethod.Post, At(revoke)) { Content = new FormUrlEncodedContent(await FormOfAsync(stranger)) });
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(HttpStatusCode.OK, (await patient.GetAsync(At(Page))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await doctor.PostAsync(list, revoke)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(At(Page))).Status);

        var (first, second) = (await GiveAsync(), await GiveAsync());
        Assert.Equal(HttpStatusCode.SeeOther, (await OpenAsync(patient, first.Path, first.BirthDate, first.Code)).Status);
        portal.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(At(Page))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(patient, second.Path, second.BirthDate, second.Code)).Status);
    }

    [Fact]
    public async Task OnlyWhoMayIssueTheSheet_GivesALink_ShownToThatSessionAlone()
    {
        var link = await GiveAsync();
        var path = $"/patients/{link.Patient}/looks/sheets/{link.Sheet}/links";
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        using var again = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        using var stranger = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Setagaya);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(At(path))).Status);
        var foreign = await stranger.SendAsync(new HttpRequestMessage(HttpMethod.Post, At(path)) { Content = new FormUrlEncodedContent(await FormOfAsync(stranger)) });
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);

        var given = await doctor.PostAsync(await doctor.GetAsync(At(path)), path);
        Assert.NotNull((await doctor.GetAsync(given.Location!)).Document.QuerySelector(".qr-code"));
        Assert.Null((await again.GetAsync(given.Location!)).Document.QuerySelector(".qr-code"));
        var sheets = await doctor.GetAsync(At($"/patients/looks?patient={link.Patient}"));
        Assert.NotNull(sheets.Document.QuerySelector($"a[href='{path}']"));
    }

    /// <summary>Until what was just looked at is on the list.</summary>
    private async Task LinkAsync()
    {
        while (await portal.Database.ReadAsync<bool>("SELECT EXISTS (SELECT FROM app.audit_unlinked)"))
        {
            await portal.Node.Services.GetRequiredService<AuditLinker>().LinkAsync(TestContext.Current.CancellationToken);
        }
    }

    private Uri At(string path) => portal.Node.Url(path, Setagaya);

    private async Task<BrowserPage> OpenAsync(Browser browser, string path, DateOnly birthDate, string code) =>
        await browser.PostAsync(await browser.GetAsync(At(path)), path, ("birthDate", $"{birthDate:yyyy-MM-dd}"), ("code", code));

    /// <summary>The hidden fields of a form of one's own.</summary>
    private async Task<Dictionary<string, string>> FormOfAsync(Browser browser) =>
        (await browser.GetAsync(At("/sharing"))).Form("/sharing/rule");

    /// <summary>The clinic opens the chart, issues the sheet and gives a link for it, read off the screen.</summary>
    private async Task<Given> GiveAsync()
    {
        var patient = await night.PatientAsync();
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        await doctor.GetAsync(At($"/patients/{patient}"));
        await LinkAsync();
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        var issued = await doctor.PostAsync(
            await doctor.OpenAsync(At($"/patients/looks?patient={patient}")), $"/patients/{patient}/looks/sheets", ("from", "2026-11-01"), ("until", "2026-12-31"),
            ("reason", "本人から窓口で請求"));
        Assert.Equal(HttpStatusCode.SeeOther, issued.Status);
        var sheet = Guid.Parse(issued.Location!.Segments[^1]);
        var path = $"{issued.Location.AbsolutePath}/links";
        var given = await doctor.PostAsync(await doctor.GetAsync(At(path)), path);
        Assert.Equal(HttpStatusCode.SeeOther, given.Status);
        var facts = (await doctor.GetAsync(given.Location!)).Document.QuerySelectorAll("dd").Select(dd => dd.TextContent).ToList();
        var address = new Uri(facts.Single(f => f.Contains("/l/", StringComparison.Ordinal)));
        return new Given(
            patient, sheet, address.AbsolutePath, facts[facts.IndexOf(address.OriginalString) + 1].Replace(" ", "", StringComparison.Ordinal),
            await portal.Database.ReadAsync<DateOnly>("SELECT birth_date FROM patients.patient WHERE id = $1", patient),
            await portal.Database.ReadAsync<string>("SELECT family_name || ' ' || given_name FROM patients.patient WHERE id = $1", patient),
            await portal.Database.ReadAsync<string>("SELECT number FROM patients.look_sheet_issue WHERE id = $1", sheet));
    }

    private sealed record Given(Guid Patient, Guid Sheet, string Path, string Code, DateOnly BirthDate, string Name, string Number);
}
