using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;

namespace ClinicPortal.IntegrationTests.NightDesk;

/// <summary>A case of an unknown caller is tied to the registered patient whom it turns out to be about.</summary>
public sealed class IdentifyPatientTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly TestNight night = new(portal);

    [Fact]
    public async Task Identified_PatientsClinicSeesTheCaseAndItsReport()
    {
        var patient = await night.PatientAsync();
        var opened = await night.OpenUnknownAsync();
        using var desk = await DeskAsync();
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");
        Assert.Equal(HttpStatusCode.NotFound, (await clinic.GetAsync(portal.Node.Url($"/cases/{opened}", "setagaya.localhost"))).Status);

        var found = await desk.SearchAsync(await desk.OpenAsync(Url(opened, "")), $"/cases/{opened}/patient/search", await PhoneAsync(patient));
        Assert.NotNull(found.Document.QuerySelector($"#patient-hits input[name=patientId][value='{patient}']"));
        var sent = await TieAsync(desk, opened, patient);
        var page = await desk.OpenAsync(sent.Location!);

        Assert.NotNull(page.Document.QuerySelector(".case-chart .summary"));
        Assert.Null(page.Document.QuerySelector($"form[action='/cases/{opened}/patient']"));
        Assert.Contains("登録患者と確認", page.Document.QuerySelector(".timeline li:last-child strong")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("見知らぬ人", page.Document.QuerySelector(".timeline li:last-child p")!.TextContent, StringComparison.Ordinal);
        Assert.True(await portal.Database.ReadAsync<bool>(
            "SELECT patient_id = $2 AND primary_clinic_id = $3 AND covered AND revision = 1 FROM nightdesk.case WHERE id = $1", opened, patient, night.ClinicId(1)));
        Assert.Equal(HttpStatusCode.OK, (await clinic.GetAsync(portal.Node.Url($"/cases/{opened}", "setagaya.localhost"))).Status);
        var report = await ReportAsync(opened);
        Assert.Contains(report.ToString(), (await night.Clinic().GetAsync("/api/v1/reports")).Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaseWhosePatientIsKnown_IsNotTiedAgain()
    {
        var (first, second) = (await night.PatientAsync(), await night.PatientAsync(2));
        var opened = await night.OpenUnknownAsync();
        using var desk = await DeskAsync();
        await TieAsync(desk, opened, first);

        var refused = await TieAsync(desk, opened, second);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(first, await portal.Database.ReadAsync<Guid>("SELECT patient_id FROM nightdesk.case WHERE id = $1", opened));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync(Url(opened, "/patient"))).Status);
    }

    [Fact]
    public async Task ClosedCase_IsNotTied()
    {
        var opened = await night.OpenUnknownAsync();
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "white" })).Expect(HttpStatusCode.OK);
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/outcome", new { outcome = "phone-advice", doctorName = "佐々木" })).Expect(HttpStatusCode.OK);
        using var desk = await DeskAsync();

        var refused = await TieAsync(desk, opened, await night.PatientAsync());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    [Fact]
    public async Task PatientOfAnotherAssociation_IsNeitherFoundNorTied()
    {
        var stranger = await new TestNight(portal, "tamagawa").PatientAsync();
        var opened = await night.OpenUnknownAsync();
        using var desk = await DeskAsync();

        // The desk serves both associations; the case is of one.
        var found = await desk.SearchAsync(await desk.OpenAsync(Url(opened, "")), $"/cases/{opened}/patient/search", await PhoneAsync(stranger));
        var refused = await TieAsync(desk, opened, stranger);

        Assert.Null(found.Document.QuerySelector($"input[value='{stranger}']"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("患者が見つかりません", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT patient_id IS NULL FROM nightdesk.case WHERE id = $1", opened));
    }

    [Fact]
    public async Task ClinicThatDoesNotCarryCases_MayNotTie()
    {
        var opened = await night.OpenUnknownAsync();
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");

        var sent = await TieAsync(clinic, opened, await night.PatientAsync(), "setagaya.localhost");

        Assert.Equal(HttpStatusCode.NotFound, sent.Status);
    }

    private async Task<Guid> ReportAsync(Guid opened)
    {
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "orange" })).Expect(HttpStatusCode.OK);
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/outcome", new { outcome = "home-visit", requestedBy = "隣人", doctorName = "佐々木" })).Expect(HttpStatusCode.OK);
        var dispatch = (await night.Desk.PostAsync($"/api/v1/cases/{opened}/dispatches", new { unitId = Association.Setagaya.Unit })).Expect(HttpStatusCode.Created).Id;
        await night.GoAsync(dispatch, 1, "accept", "depart", "arrive", "complete");
        return await night.ReportAsync(opened);
    }

    /// <summary>The button of a hit, with the token and key of any form of the same session.</summary>
    private async Task<BrowserPage> TieAsync(Browser browser, Guid opened, Guid patient, string host = "desk.localhost")
    {
        // A timeline is in the order of its times.
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        return await night.TieAsync(browser, opened, patient, host);
    }

    private Task<string> PhoneAsync(Guid patient) =>
        portal.Database.ReadAsync<string>("SELECT replace(coalesce(phone, mobile), '-', '') FROM patients.patient WHERE id = $1", patient);

    private Task<Browser> DeskAsync() => Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");

    private Uri Url(Guid id, string path) => portal.Node.Url($"/cases/{id}{path}", "desk.localhost");
}
