using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Infrastructure;

/// <summary>Plays parts of a night over the API, as the desk, a unit's doctor and a clinic of one association.</summary>
public sealed class TestNight(PortalFixture portal, string association = "setagaya")
{
    public ApiClient Desk => Key(association == "koto" ? "clinic1" : null);

    public ApiClient Secretariat => Key("secretariat");

    public static object Written { get; } = new
    {
        vitals = new { temperature = 38.9, systolic = 132, diastolic = 78, pulse = 104, respiration = 24, spO2 = 92, consciousness = "1" },
        findings = "右下肺野に湿性ラ音を聴取",
        treatment = "酸素 1L/分で SpO2 96%まで改善",
        prescription = "アセトアミノフェン 500mg 頓用 3回分",
        nextStep = "明朝、主治医が再診",
    };

    public ApiClient Doctor(int number = 1) => Key($"doctor{number}");

    public ApiClient Clinic(int number = 1) => Key($"clinic{number}");

    public Guid ClinicId(int number) => StableId.Of(association, $"clinic{number}");

    /// <summary>A patient whose primary clinic it is, and whose secondary clinic is the other one if it is given.</summary>
    public Task<Guid> PatientAsync(int primary = 1, int? secondary = null) => portal.Database.ReadAsync<Guid>(
        "SELECT id FROM patients.patient WHERE primary_clinic_id = $1 AND ($2 = $1 OR secondary_clinic_id = $2) ORDER BY chart_number LIMIT 1",
        ClinicId(primary), ClinicId(secondary ?? primary));

    /// <summary>A case of somebody whom nobody knows.</summary>
    public async Task<Guid> OpenUnknownAsync() => (await Desk.PostAsync("/api/v1/cases", new
    {
        association,
        caller = new { kind = "family", name = "隣人" },
        patient = new { name = "見知らぬ人", address = "経堂1-5" },
        complaint = "倒れている",
    })).Expect(HttpStatusCode.Created).Id;

    /// <summary>The button of a hit of the search for the case's patient, with the token and key of any form of the same session.</summary>
    public async Task<BrowserPage> TieAsync(Browser browser, Guid opened, Guid patient, string host = "desk.localhost")
    {
        var form = await browser.OpenAsync(portal.Node.Url("/cases/new", host));
        var fields = form.Document.QuerySelectorAll<IHtmlInputElement>("#call input[type=hidden]").Select(i => KeyValuePair.Create(i.Name!, i.Value))
            .Append(KeyValuePair.Create("patientId", patient.ToString()));
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/cases/{opened}/patient", host)) { Content = new FormUrlEncodedContent(fields) });
    }

    /// <summary>A case whose visit was decided, with the unit of the given number (doctor1 rides on unit1) asked to go.</summary>
    public async Task<(Guid Case, Guid Dispatch)> RequestAsync(Guid patient, int unit = 1)
    {
        var opened = (await Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family", name = "長男" }, complaint = "発熱" }))
            .Expect(HttpStatusCode.Created).Id;
        return (opened, await RequestForAsync(opened, unit));
    }

    /// <summary>The visit is decided, and a unit asked to go.</summary>
    public async Task<Guid> RequestForAsync(Guid opened, int unit = 1)
    {
        (await Desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "orange", reason = "SpO2 低下" })).Expect(HttpStatusCode.OK);
        (await Desk.PostAsync($"/api/v1/cases/{opened}/outcome", new { outcome = "home-visit", requestedBy = "長男", doctorId = StableId.Of(association, $"doctor{unit}") }))
            .Expect(HttpStatusCode.OK);
        return (await Desk.PostAsync($"/api/v1/cases/{opened}/dispatches", new { unitId = StableId.Of(association, $"unit{unit}") }))
            .Expect(HttpStatusCode.Created).Id;
    }

    /// <summary>The unit goes as far as the last of these steps.</summary>
    public async Task GoAsync(Guid dispatch, int doctor, params string[] steps)
    {
        foreach (var step in steps)
        {
            (await Doctor(doctor).PostAsync($"/api/v1/dispatches/{dispatch}/{step}")).Expect(HttpStatusCode.OK);
        }
    }

    /// <summary>A case whose visit is over and whose report is due.</summary>
    public async Task<Guid> VisitAsync(Guid patient, int unit = 1)
    {
        var (opened, dispatch) = await RequestAsync(patient, unit);
        await GoAsync(dispatch, unit, "accept", "depart", "arrive", "complete");
        return opened;
    }

    /// <summary>A visit with its report handed in.</summary>
    public async Task<(Guid Case, Guid Report)> ReportedVisitAsync(Guid patient, int unit = 1, object? content = null)
    {
        var visited = await VisitAsync(patient, unit);
        return (visited, await ReportAsync(visited, unit, content));
    }

    public async Task<Guid> ReportAsync(Guid visited, int unit = 1, object? content = null)
    {
        (await Doctor(unit).PutAsync($"/api/v1/cases/{visited}/report", content ?? Written)).Expect(HttpStatusCode.OK);
        return (await Doctor(unit).PostAsync($"/api/v1/cases/{visited}/report/submit")).Expect(HttpStatusCode.OK).Id;
    }

    /// <param name="who">Null is the shared desk.</param>
    private ApiClient Key(string? who) => portal.Node.Api(who is null ? "demo.desk.operator" : $"demo.{association}.{who}");
}
