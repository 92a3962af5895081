using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Visits;

public sealed class ReportTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly TestNight night = new(portal);

    [Fact]
    public async Task Submit_AfterTheVisit_ReachesTheClinicAndClosesTheCase()
    {
        var (visited, report) = await night.ReportedVisitAsync(await night.PatientAsync());

        var read = (await night.Clinic().GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK).Body;
        Assert.Equal("右下肺野に湿性ラ音を聴取", read.GetProperty("findings").GetString());
        Assert.Equal(38.9m, read.GetProperty("vitals").GetProperty("temperature").GetDecimal());
        var visit = read.GetProperty("visit");
        Assert.Equal("経堂こもれび在宅クリニック", visit.GetProperty("performing").GetProperty("name").GetString());
        Assert.Equal("世田谷区医師会診療所", visit.GetProperty("employing").GetProperty("name").GetString());
        Assert.Equal("1319901078", visit.GetProperty("claiming").GetProperty("code").GetString());
        Assert.Equal("長男", visit.GetProperty("requestedBy").GetString());
        Assert.Equal("福田 浩二", visit.GetProperty("decidingDoctor").GetString());
        Assert.Equal("reported", (await night.Desk.GetAsync($"/api/v1/cases/{visited}")).Text("status"));
    }

    [Fact]
    public async Task Submit_ByThePartnersDoctor_IsAVisitOfThePartner()
    {
        var (_, report) = await night.ReportedVisitAsync(await night.PatientAsync(), unit: 2);

        var visit = (await night.Clinic().GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK).Body.GetProperty("visit");
        Assert.Equal("世田谷区医師会診療所", visit.GetProperty("performing").GetProperty("name").GetString());
        Assert.Equal("世田谷区医師会診療所", visit.GetProperty("claiming").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Submit_BeforeTheVisitIsOver_IsRefused()
    {
        var (requested, dispatch) = await night.RequestAsync(await night.PatientAsync());
        Assert.Equal("report.no-visit", (await night.Doctor().PutAsync($"/api/v1/cases/{requested}/report", TestNight.Written)).Code);
        await night.GoAsync(dispatch, 1, "accept", "depart", "arrive");
        (await night.Doctor().PutAsync($"/api/v1/cases/{requested}/report", TestNight.Written)).Expect(HttpStatusCode.OK);

        var answer = await night.Doctor().PostAsync($"/api/v1/cases/{requested}/report/submit");

        Assert.Equal((HttpStatusCode.Conflict, "report.visit-not-finished"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Submit_WithWhatIsRequiredMissing_NamesTheFields()
    {
        var visited = await night.VisitAsync(await night.PatientAsync());
        (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", new { freeText = "下書き", endOfLife = true })).Expect(HttpStatusCode.OK);

        var answer = (await night.Doctor().PostAsync($"/api/v1/cases/{visited}/report/submit")).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(
            ["findings", "treatment", "nextStep", "timeOfDeath"], answer.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task Submitted_IsChangedNeitherByThePortalNorByTheDatabase()
    {
        var (visited, report) = await night.ReportedVisitAsync(await night.PatientAsync());

        Assert.Equal("report.already-submitted", (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", TestNight.Written)).Code);
        Assert.Equal("report.already-submitted", (await night.Doctor().PostAsync($"/api/v1/cases/{visited}/report/submit")).Code);
        await Assert.ThrowsAsync<PostgresException>(
            () => portal.Database.ExecuteAsync("UPDATE visits.visit_report SET author_name = 'x' WHERE id = $1", report));
        // Its words may be sealed anew, but not even the owner can write others that open.
        await portal.Database.ExecuteAsync("UPDATE visits.visit_report SET sealed_content = sealed_content || '\\x00' WHERE id = $1", report);
        Assert.Equal("record-tampered", (await night.Clinic().GetAsync($"/api/v1/reports/{report}")).Code);
    }

    [Fact]
    public async Task Save_OverSomebodyElsesNewerDraft_IsRefused()
    {
        var visited = await night.VisitAsync(await night.PatientAsync());
        var first = (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", new { findings = "一", version = 0 })).Expect(HttpStatusCode.OK);
        (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", new { findings = "二" })).Expect(HttpStatusCode.OK);

        var answer = await night.Doctor().PutAsync(
            $"/api/v1/cases/{visited}/report", new { findings = "三", version = first.Body.GetProperty("version").GetUInt32() });

        Assert.Equal((HttpStatusCode.Conflict, "changed-meanwhile"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Save_ByTheDoctorOfAnotherUnit_FindsNoCase()
    {
        var visited = await night.VisitAsync(await night.PatientAsync());

        Assert.Equal(HttpStatusCode.NotFound, (await night.Doctor(2).PutAsync($"/api/v1/cases/{visited}/report", TestNight.Written)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await night.Clinic().PutAsync($"/api/v1/cases/{visited}/report", TestNight.Written)).Status);
    }

    [Fact]
    public async Task Report_OfAnotherClinicsPatient_DoesNotExist()
    {
        var (_, report) = await night.ReportedVisitAsync(await night.PatientAsync());

        Assert.Equal("report.not-found", (await night.Clinic(2).GetAsync($"/api/v1/reports/{report}")).Code);
        Assert.Equal("report.not-found", (await night.Clinic(2).GetAsync($"/api/v1/reports/{Guid.NewGuid()}")).Code);
        Assert.Equal("report.not-found", (await night.Clinic(2).PostAsync($"/api/v1/reports/{report}/acknowledge")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await new TestNight(portal, "tamagawa").Clinic().GetAsync($"/api/v1/reports/{report}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await night.Desk.GetAsync($"/api/v1/reports/{report}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await night.Secretariat.GetAsync($"/api/v1/reports/{report}")).Status);
    }

    [Fact]
    public async Task Opening_IsAReadReceiptAndOnTheAccessLog()
    {
        var (_, report) = await night.ReportedVisitAsync(await night.PatientAsync());

        await night.Clinic().GetAsync($"/api/v1/reports/{report}");
        await night.Clinic().GetAsync($"/api/v1/reports/{report}");

        Assert.Equal(["吉川 健一"], await portal.Database.ReadAllAsync<string>("SELECT account_name FROM visits.report_receipt WHERE report_id = $1", report));
        Assert.Equal(2, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM app.audit_entry WHERE action = 'Opened' AND record_kind = 'report' AND $1 = ANY (record_ids)", report));
    }

    [Fact]
    public async Task Acknowledge_Again_ChangesNothing()
    {
        var (visited, report) = await night.ReportedVisitAsync(await night.PatientAsync());

        var first = (await night.Clinic().PostAsync($"/api/v1/reports/{report}/acknowledge")).Expect(HttpStatusCode.OK);
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = (await night.Clinic().PostAsync($"/api/v1/reports/{report}/acknowledge")).Expect(HttpStatusCode.OK);

        Assert.Equal(first.Body.GetProperty("acknowledgedAt").GetDateTimeOffset(), second.Body.GetProperty("acknowledgedAt").GetDateTimeOffset());
        Assert.Equal("acknowledged", (await night.Desk.GetAsync($"/api/v1/cases/{visited}")).Text("status"));
    }

    [Fact]
    public async Task List_SinceTheLastAnswer_HasOnlyWhatCameAfter()
    {
        await night.ReportedVisitAsync(await night.PatientAsync());
        var before = (await night.Clinic().GetAsync("/api/v1/reports?since=2026-11-22T00:00:00%2B09:00")).Expect(HttpStatusCode.OK);
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        var (_, later) = await night.ReportedVisitAsync(await night.PatientAsync());

        var after = (await night.Clinic().GetAsync($"/api/v1/reports?since={before.Text("next")}")).Expect(HttpStatusCode.OK);

        Assert.Equal(later, Assert.Single(after.Body.GetProperty("items").EnumerateArray()).GetProperty("id").GetGuid());
        Assert.Equal("report.not-a-time", (await night.Clinic().GetAsync("/api/v1/reports?since=gestern")).Code);
    }

    [Fact]
    public async Task SavedReport_IsReadBackByWhoMayWriteIt_AndCanBeSentAgain()
    {
        var visited = await night.VisitAsync(await night.PatientAsync());
        Assert.Equal("report.not-found", (await night.Doctor().GetAsync($"/api/v1/cases/{visited}/report")).Expect(HttpStatusCode.NotFound).Code);
        (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", TestNight.Written)).Expect(HttpStatusCode.OK);

        var saved = (await night.Doctor().GetAsync($"/api/v1/cases/{visited}/report")).Expect(HttpStatusCode.OK);

        Assert.Equal("draft", saved.Text("state"));
        Assert.Equal("明朝、主治医が再診", saved.Body.GetProperty("content").GetProperty("nextStep").GetString());
        (await night.Doctor().PutAsync($"/api/v1/cases/{visited}/report", saved.Body.GetProperty("content"))).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, (await night.Doctor(2).GetAsync($"/api/v1/cases/{visited}/report")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await night.Clinic().GetAsync($"/api/v1/cases/{visited}/report")).Status);
        Assert.Equal(1, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM app.audit_entry WHERE action = 'Opened' AND record_kind = 'report' AND $1 = ANY (record_ids)", saved.Id));
    }

    [Fact]
    public async Task Timeline_NamesWhoReportedAndWhoConfirmed_InTheirRoles()
    {
        var (visited, report) = await night.ReportedVisitAsync(await night.PatientAsync());
        (await night.Clinic().PostAsync($"/api/v1/reports/{report}/acknowledge")).Expect(HttpStatusCode.OK);

        var told = (await night.Desk.GetAsync($"/api/v1/cases/{visited}/events")).Expect(HttpStatusCode.OK).Body.EnumerateArray()
            .Where(e => e.GetProperty("kind").GetString() is "reported" or "acknowledged").OrderByDescending(e => e.GetProperty("kind").GetString(), StringComparer.Ordinal).ToList();

        Assert.Equal(
            [("reported", "福田 浩二", "night-doctor"), ("acknowledged", "吉川 健一", "clinic-doctor")],
            told.Select(e => (e.GetProperty("kind").GetString()!, e.GetProperty("actor").GetString()!, e.GetProperty("actorRole").GetString()!)));
        Assert.Equal((report, "福田 浩二"), (told[0].GetProperty("details").GetProperty("report").GetGuid(), told[0].GetProperty("details").GetProperty("doctor").GetString()));
        Assert.Equal("経堂こもれび在宅クリニック", told[1].GetProperty("details").GetProperty("clinic").GetString());
        Assert.NotEqual("吉川 健一", await portal.Database.ReadAsync<string>("SELECT handled_by_name FROM nightdesk.\"case\" WHERE id = $1", visited));
    }

    [Fact]
    public async Task SecondaryPhysician_WherePhysiciansPairUp_ReadsButDoesNotConfirm()
    {
        var koto = new TestNight(portal, "koto");
        var secondary = await portal.Database.ReadAsync<Guid>(
            "SELECT secondary_clinic_id FROM patients.patient WHERE primary_clinic_id = $1 AND secondary_clinic_id IS NOT NULL LIMIT 1", koto.ClinicId(1));
        var number = Enumerable.Range(1, 12).First(n => koto.ClinicId(n) == secondary);
        var (_, report) = await koto.ReportedVisitAsync(await koto.PatientAsync(1, number));

        (await koto.Clinic(number).GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Forbidden, (await koto.Clinic(number).PostAsync($"/api/v1/reports/{report}/acknowledge")).Status);
    }
}
