using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>緊急閲覧: for one person on duty, for one night, with a reason, told to the clinic and reviewed.</summary>
public sealed class BreakGlassTests : IClassFixture<PortalFixture>
{
    private const string Desk = "desk.localhost";
    private const string Setagaya = "setagaya.localhost";
    private const string Explanation = "路上で倒れていると通報あり";

    private readonly PortalFixture portal;
    private readonly TestNight night;

    public BreakGlassTests(PortalFixture portal)
    {
        this.portal = portal;
        night = new TestNight(portal);
        portal.Clock.Now = NightClock.Start;
    }

    [Theory]
    [InlineData("operator1@desk.example", "operator2@desk.example", 0)]
    [InlineData("doctor1@setagaya.example", "doctor2@setagaya.example", 1)]
    public async Task Record_OpensForWhoSaysWhyAndConfirms_TellsTheClinic_AndClosesWithTheNight(string email, string colleague, int nth)
    {
        var patient = await PatientAsync(nth);
        using var browser = await Browser.SignInAsync(portal.Node, email, Desk);
        using var other = await Browser.SignInAsync(portal.Node, colleague, Desk);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Setagaya);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(browser, $"/patients/{patient}", Desk));

        var form = await browser.GetAsync(portal.Node.Url($"/break-glass/{patient}", Desk));
        var asked = await browser.PostAsync(form, $"/break-glass/{patient}", ("reason", "Emergency"), ("explanation", Explanation));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, asked.Status);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(browser, $"/patients/{patient}", Desk));
        Assert.Equal(0, await EntriesAsync(patient));

        var confirmed = asked.Form($"/break-glass/{patient}");
        for (var sent = 0; sent < 2; sent++)
        {
            var done = await SendAsync(browser, $"/break-glass/{patient}", confirmed);
            Assert.Equal((HttpStatusCode.SeeOther, $"/patients/{patient}"), (done.Status, done.Location!.AbsolutePath));
        }

        Assert.Equal(1, await EntriesAsync(patient));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, $"/patients/{patient}", Desk));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, $"/patients/{patient}", Desk));
        Assert.Contains(Explanation, (await clinic.GetAsync(portal.Node.Url("/inbox", Setagaya))).Document.QuerySelector("#inbox")!.TextContent, StringComparison.Ordinal);
        await ClinicIsMailedAsync(patient, nth + 1);
        Assert.Single(
            await portal.Database.AuditAsync("action = 'Opened' AND record_kind = 'patient' AND $1 = ANY (record_ids)", patient),
            entry => entry.Reason?.StartsWith("break-glass", StringComparison.Ordinal) == true);

        var end = await portal.Database.ReadAsync<DateTime>("SELECT ends_at FROM patients.break_glass_entry WHERE patient_id = $1", patient);
        Assert.InRange(end, NightClock.Start.UtcDateTime, NightClock.Start.UtcDateTime.AddHours(16));
        await portal.Database.ExecuteAsync(
            "UPDATE patients.break_glass_entry SET opened_at = $2 - interval '1 hour', ends_at = $2 WHERE patient_id = $1", patient, NightClock.Start.UtcDateTime);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(browser, $"/patients/{patient}", Desk));
    }

    [Fact]
    public async Task Doctors_OffDuty_FindAndOpenNobody()
    {
        var patient = await PatientAsync(2);
        foreach (var (email, host) in new[] { ("doctor3@setagaya.example", Desk), ("clinic2.doctor@setagaya.example", Setagaya) })
        {
            using var browser = await Browser.SignInAsync(portal.Node, email, host);
            Assert.Contains("当直に入っている間だけ", (await browser.GetAsync(portal.Node.Url("/break-glass", host))).Document.Body!.TextContent, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(browser, $"/break-glass/{patient}", host));
        }
    }

    [Fact]
    public async Task Doctor_WhoKnowsOnlyTheName_FindsNobody_AndWithTheBirthDateThePatient()
    {
        var patient = await PatientAsync(0);
        var (name, born) = (
            await portal.Database.ReadAsync<string>("SELECT family_name FROM patients.patient WHERE id = $1", patient),
            await portal.Database.ReadAsync<DateOnly>("SELECT birth_date FROM patients.patient WHERE id = $1", patient));
        using var browser = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", Desk);

        var page = await browser.GetAsync(portal.Node.Url("/break-glass", Desk));
        Assert.Empty((await browser.SearchAsync(page, "/break-glass/search", name)).Document.QuerySelectorAll("a[href^='/break-glass/']"));
        Assert.NotNull((await browser.SearchAsync(page, "/break-glass/search", $"{name} {born:yyyy-MM-dd}")).Document.QuerySelector($"a[href='/break-glass/{patient}']"));
    }

    [Fact]
    public async Task Screens_WhoseSearchOpensNoRecord_LeadToTheEmergencyDoor_ForThoseWhoMayUseIt()
    {
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        using var doctor = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", Desk);
        using var offDuty = await Browser.SignInAsync(portal.Node, "doctor3@setagaya.example", Desk);
        using var driver = await Browser.SignInAsync(portal.Node, "driver1@setagaya.example", Desk);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Setagaya);
        using var reception = await Browser.SignInAsync(portal.Node, "clinic2@setagaya.example", Setagaya);

        Assert.True(Leads(await doctor.GetAsync(portal.Node.Url("/phone", Desk))));
        Assert.False(Leads(await offDuty.GetAsync(portal.Node.Url("/phone", Desk))));
        Assert.False(Leads(await driver.GetAsync(portal.Node.Url("/phone", Desk))));
        var call = await desk.OpenAsync(portal.Node.Url("/cases/new", Desk));
        Assert.False(HitsLead(call));
        Assert.True(HitsLead(await desk.SearchAsync(call, "/cases/new/search", "ダレモイナイ")));
        Assert.True(Leads(await clinic.SearchAsync(await clinic.OpenAsync(portal.Node.Url("/patients", Setagaya)), "/patients/search", "ダレモイナイ")));
        Assert.False(Leads(await reception.SearchAsync(await reception.OpenAsync(portal.Node.Url("/patients", Setagaya)), "/patients/search", "ダレモイナイ")));

        static bool Leads(BrowserPage page) => page.Document.QuerySelector("main a[href='/break-glass']") is not null;
        static bool HitsLead(BrowserPage page) => page.Document.QuerySelector("#hits a[href='/break-glass']") is not null;
    }

    [Fact]
    public async Task Secretariat_ReviewsEachAccess_WithoutSeeingWhoThePatientIs()
    {
        var patient = await PatientAsync(3);
        using var browser = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        var form = await browser.GetAsync(portal.Node.Url($"/break-glass/{patient}", Desk));
        await browser.PostAsync(form, $"/break-glass/{patient}", ("reason", "ClinicUnreachable"), ("explanation", Explanation), ("confirmed", "true"));
        var entry = await portal.Database.ReadAsync<Guid>("SELECT id FROM patients.break_glass_entry WHERE patient_id = $1", patient);
        var name = await portal.Database.ReadAsync<string>("SELECT family_name || ' ' || given_name FROM patients.patient WHERE id = $1", patient);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Setagaya);
        using var elsewhere = await Browser.SignInAsync(portal.Node, "secretariat@koto.example", "koto.localhost");

        var list = await secretariat.GetAsync(portal.Node.Url("/break-glass/reviews", Setagaya));
        var action = $"/break-glass/reviews/{entry}";
        Assert.DoesNotContain(name, list.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain($"{patient}", list.Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(secretariat, $"/patients/{patient}", Setagaya));
        Assert.Null((await elsewhere.GetAsync(portal.Node.Url("/break-glass/reviews", "koto.localhost"))).Document.QuerySelector($"form[action='{action}']"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(list, action, ("review", "Questioned"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(list, action, ("review", "Questioned"), ("note", "連絡の経過を教えてください"))).Status);
        Assert.Equal("Questioned", await portal.Database.ReadAsync<string>("SELECT review FROM patients.break_glass_entry WHERE id = $1", entry));
    }

    /// <summary>What stands in the clinic's mailbox: that it happened, and nothing of whom it was about.</summary>
    private async Task ClinicIsMailedAsync(Guid patient, int count)
    {
        var mail = await portal.Database.Mails.LastToAsync("clinic1.doctor@setagaya.example", count);
        Assert.Contains("緊急閲覧", mail.Subject, StringComparison.Ordinal);
        Assert.Equal(("setagaya.localhost", "/inbox"), (SentMails.LinkIn(mail).Host, SentMails.LinkIn(mail).AbsolutePath));
        var told = await portal.Database.ReadAsync<string>(
            "SELECT family_name || ',' || family_kana || ',' || id || ',' || coalesce(phone, id::text) FROM patients.patient WHERE id = $1", patient);
        var by = await portal.Database.ReadAsync<string>("SELECT account_name FROM patients.break_glass_entry WHERE patient_id = $1", patient);
        Assert.All([.. told.Split(','), by, Explanation], word => Assert.DoesNotContain(word, mail.Subject + mail.Text, StringComparison.Ordinal));
        Assert.Empty(portal.Database.Mails.To("clinic2.doctor@setagaya.example"));
    }

    private Task<Guid> PatientAsync(int nth) => portal.Database.ReadAsync<Guid>(
        "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY id OFFSET $2 LIMIT 1", night.ClinicId(1), nth);

    private Task<long> EntriesAsync(Guid patient) => portal.Database.ReadAsync<long>("SELECT count(*) FROM patients.break_glass_entry WHERE patient_id = $1", patient);

    private Task<BrowserPage> SendAsync(Browser browser, string path, Dictionary<string, string> form) =>
        browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url(path, Desk)) { Content = new FormUrlEncodedContent(form) });

    private async Task<HttpStatusCode> StatusAsync(Browser browser, string path, string host) => (await browser.GetAsync(portal.Node.Url(path, host))).Status;
}
