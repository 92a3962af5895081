using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.NightDesk;

public sealed class CasePageTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly TestNight night = new(portal);

    [Fact]
    public async Task Steps_SentOneAfterAnother_LeadToAUnitOnItsWay()
    {
        var opened = await OpenAsync();
        using var desk = await DeskAsync();
        var page = await desk.OpenAsync(Url(opened));
        Assert.True(page.Document.QuerySelector("#step-triage-now")!.HasAttribute("open"));

        page = await StepAsync(desk, page, $"/cases/{opened}/triage", ("level", "Orange"), ("reason", "SpO2 低下"));
        Assert.NotNull(page.Document.QuerySelector("#step-decide-now"));
        page = await StepAsync(desk, page, $"/cases/{opened}/outcome",
            ("outcome", "HomeVisit"), ("doctorId", StableId.Of("setagaya", "doctor1").ToString()), ("requestedBy", "長男"));
        Assert.Single(page.Document.QuerySelectorAll("main fluent-button[appearance=primary]"));
        Assert.NotNull(page.Document.QuerySelector(".unit-suggested .unit-reason"));
        page = await StepAsync(desk, page, $"/cases/{opened}/dispatches", ("unitId", StableId.Of("setagaya", "unit1").ToString()));
        var dispatch = await portal.Database.ReadAsync<Guid>("SELECT id FROM nightdesk.dispatch WHERE case_id = $1", opened);
        page = await StepAsync(desk, page, $"/cases/{opened}/dispatches/{dispatch}/accept");
        page = await StepAsync(desk, page, $"/cases/{opened}/dispatches/{dispatch}/depart");

        Assert.Equal("移動中", page.Document.QuerySelector(".case-state .pill")!.TextContent);
        Assert.Equal(
            ["受付", "緊急度を判定: 橙", "医師の判断: 往診する", "世田谷1号車に出動を要請", "世田谷1号車が応需", "世田谷1号車が出発"],
            page.Document.QuerySelectorAll(".timeline strong").Select(e => e.TextContent));
    }

    [Fact]
    public async Task WithdrawnUnit_LeavesTheCaseToBeAssignedAgain()
    {
        var (opened, dispatch) = await night.RequestAsync(await night.PatientAsync());
        using var desk = await DeskAsync();

        var page = await StepAsync(desk, await desk.OpenAsync(Url(opened)), $"/cases/{opened}/dispatches/{dispatch}/withdraw");

        Assert.NotNull(page.Document.QuerySelector(".unit-choices"));
        Assert.Contains("取り下げ", page.Document.QuerySelector(".timeline-alert")!.TextContent);
    }

    [Fact]
    public async Task Form_ShownBeforeSomebodyElseWrote_IsRefused_WithWhatTheyDid()
    {
        var opened = await OpenAsync();
        using var first = await DeskAsync();
        using var second = await DeskAsync("operator2@desk.example");
        var shownToFirst = await first.OpenAsync(Url(opened));
        var shownToSecond = await second.OpenAsync(Url(opened));
        await StepAsync(second, shownToSecond, $"/cases/{opened}/triage", ("level", "Red"), ("reason", "意識がない"));

        var refused = await first.PostAsync(shownToFirst, $"/cases/{opened}/triage", ("level", "Yellow"), ("reason", "話せている"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("ほかの人", refused.Refusal);
        Assert.Contains("緊急度を判定: 赤", refused.Document.QuerySelector(".stale-list")!.TextContent);
        Assert.Equal("話せている", refused.Document.QuerySelector<IHtmlTextAreaElement>("#triage-reason")!.Value.Trim());
        Assert.NotNull(refused.Document.QuerySelector("input[name=level][value=Yellow][checked]"));
        // Seen now, it may be sent again.
        var sent = await first.PostAsync(refused, $"/cases/{opened}/triage", ("level", "Yellow"), ("reason", "話せている"));
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    [Fact]
    public async Task StepOfAUnit_DoesNotMakeTheCallFormStale()
    {
        var (opened, dispatch) = await night.RequestAsync(await night.PatientAsync());
        using var desk = await DeskAsync();
        var page = await desk.OpenAsync(Url(opened));
        await night.GoAsync(dispatch, 1, "accept");

        var sent = await desk.PostAsync(page, $"/cases/{opened}/call", ("caller.kind", "Family"), ("complaint", "熱が39℃に上がった"));

        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    [Fact]
    public async Task AmendedCall_OfAPatientWithoutARecord_MovesTheDoor()
    {
        var opened = (await night.Desk.PostAsync("/api/v1/cases", new { association = "setagaya", caller = new { kind = "police" } })).Expect(HttpStatusCode.Created).Id;
        using var desk = await DeskAsync();

        await StepAsync(desk, await desk.OpenAsync(Url(opened)), $"/cases/{opened}/call",
            ("caller.kind", "Police"), ("caller.name", "警察官"), ("complaint", "高齢の男性が倒れている"), ("patient.name", "不詳"), ("patient.address", "経堂1-5"));

        var told = await portal.Database.OpenAsync<CaseTold>("nightdesk.case.sealed_told", opened);
        Assert.Equal("高齢の男性が倒れている", told.Complaint);
        Assert.NotNull(told.Latitude);
        Assert.Equal(1, await portal.Database.ReadAsync<int>("SELECT revision FROM nightdesk.case WHERE id = $1", opened));
        Assert.Equal("CallAmended", await portal.Database.ReadAsync<string>("SELECT kind FROM nightdesk.case_event WHERE case_id = $1 ORDER BY at DESC, id DESC LIMIT 1", opened));
    }

    [Fact]
    public async Task Chart_IsBesideTheCaseWhileItIsOpen_AndOnTheAccessLogWithItsNumber()
    {
        var opened = await OpenAsync();
        using var desk = await DeskAsync();

        var open = await desk.OpenAsync(Url(opened));
        await StepAsync(desk, open, $"/cases/{opened}/triage", ("level", "White"), ("reason", "薬の相談"));
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/outcome", new { outcome = "phone-advice", doctorName = "佐々木" })).Expect(HttpStatusCode.OK);
        var closed = await desk.OpenAsync(Url(opened));

        Assert.NotNull(open.Document.QuerySelector(".case-chart .summary"));
        Assert.Null(closed.Document.QuerySelector(".case-chart .summary"));
        var number = await portal.Database.ReadAsync<string>("SELECT number FROM nightdesk.case WHERE id = $1", opened);
        Assert.Contains(await portal.Database.AuditAsync("action = 'Opened' AND record_kind = 'patient'"), entry => entry.Reason == number);
    }

    [Fact]
    public async Task RedCase_TellsWhatToSayTo119()
    {
        var opened = await OpenAsync();
        using var desk = await DeskAsync();

        var page = await StepAsync(desk, await desk.OpenAsync(Url(opened)), $"/cases/{opened}/triage", ("level", "Red"), ("reason", "意識がない"));

        Assert.Contains("119", page.Document.QuerySelector(".case-119")!.TextContent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Red_SaysThatThePatientHasADnar_Before119(bool dnar)
    {
        var patients = await portal.Database.ReadAllAsync<Guid>("SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY id", night.ClinicId(1));
        var patient = Guid.Empty;
        for (var i = 0; patient == Guid.Empty; i++)
        {
            patient = (await portal.Database.OpenAsync<ChartSummary>("patients.patient.sealed_chart", patients[i])).Dnar == dnar ? patients[i] : Guid.Empty;
        }
        var opened = (await night.Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family", name = "長男" }, complaint = "意識がない" }))
            .Expect(HttpStatusCode.Created).Id;
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "red", reason = "意識がない" })).Expect(HttpStatusCode.OK);
        using var desk = await DeskAsync();

        var card = (await desk.OpenAsync(Url(opened))).Document.QuerySelector(".case-119")!;

        Assert.Equal(dnar, card.QuerySelector("h2")!.TextContent.Contains("DNAR", StringComparison.Ordinal));
        Assert.Contains("119番へ電話してください", card.TextContent);
    }

    [Fact]
    public async Task CaseOfAClinicThatFollowsIt_HasNoForms()
    {
        var opened = await OpenAsync();
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost");

        var page = await clinic.OpenAsync(portal.Node.Url($"/cases/{opened}", "setagaya.localhost"));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Document.QuerySelectorAll("main form"));
        Assert.NotEmpty(page.Document.QuerySelectorAll(".timeline li"));
    }

    private async Task<Guid> OpenAsync() =>
        (await night.Desk.PostAsync("/api/v1/cases", new { patientId = await night.PatientAsync(), caller = new { kind = "family", name = "長男" }, complaint = "発熱" }))
            .Expect(HttpStatusCode.Created).Id;

    private async Task<BrowserPage> StepAsync(Browser browser, BrowserPage page, string action, params (string Name, string Value)[] fields)
    {
        // A timeline is in the order of its times.
        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        var sent = await browser.PostAsync(page, action, fields);
        Assert.True(sent.Status == HttpStatusCode.SeeOther, $"{action}: {(int)sent.Status} {sent.Refusal}");
        return await browser.OpenAsync(sent.Location!);
    }

    private Task<Browser> DeskAsync(string email = "operator1@desk.example") => Browser.SignInAsync(portal.Node, email, "desk.localhost");

    private Uri Url(Guid id) => portal.Node.Url($"/cases/{id}", "desk.localhost");
}
