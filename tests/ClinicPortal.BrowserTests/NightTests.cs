using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using Microsoft.Playwright;

namespace ClinicPortal.BrowserTests;

/// <summary>One night in Setagaya with three people signed in at once, each in a browser of their own; nobody reloads a page.</summary>
public sealed class NightTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string PatientOfClinic1 = """
        SELECT p.id FROM patients.patient p JOIN associations.member_clinic c ON c.tenant_id = p.tenant_id AND c.id = p.primary_clinic_id
        JOIN app.tenant t ON t.id = p.tenant_id WHERE t.identifier = 'setagaya' AND p.facility_id IS NULL AND p.primary_clinic_id = $1 ORDER BY p.id LIMIT 1
        """;

    [Fact]
    public async Task Night_FromTheCallToTheInvoice_IsSeenByEverybodyAtOnce()
    {
        var clinic = Shared.Tenancy.StableId.Of("setagaya", "clinic1");
        var patient = await portal.Database.ReadAsync<Guid>(PatientOfClinic1, clinic);
        var name = await portal.Database.ReadAsync<string>("SELECT family_name || ' ' || given_name FROM patients.patient WHERE id = $1", patient);
        var kana = await portal.Database.ReadAsync<string>("SELECT family_kana || ' ' || given_kana FROM patients.patient WHERE id = $1", patient);
        // Gathered, so that one night shows all there is to mend.
        var violations = new List<string>();
        await using var desk = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "operator1@desk.example");
        await using var doctor = await Person.SignInAsync(chromium, portal.Node, "desk.localhost", "doctor1@setagaya.example", phone: true, dark: true);
        await using var clinicDoctor = await Person.SignInAsync(chromium, portal.Node, "setagaya.localhost", "clinic1.doctor@setagaya.example");
        await doctor.GoToAsync("/phone", "desk.localhost");
        await clinicDoctor.GoToAsync("/inbox", "setagaya.localhost");
        violations.AddRange(await doctor.ViolationsAsync());
        violations.AddRange(await clinicDoctor.ViolationsAsync());

        // The call: n, a name, the patient.
        await desk.GoToAsync("/board", "desk.localhost");
        violations.AddRange(await desk.ViolationsAsync());
        await desk.PressToGoAsync("n", "**/cases/new");
        await desk.FillAsync("caller.name", "長女");
        await desk.FillAsync("caller.phone", "090-0000-1234");
        await desk.FillAsync("complaint", "呼吸が速く、熱がある");
        await desk.FillAsync("query", kana);
        await desk.Page.Locator("form[role=search] fluent-button[type=submit]").ClickAsync();
        await desk.Page.Locator($"button[name=patientId][value='{patient}']").WaitForAsync();
        violations.AddRange(await desk.ViolationsAsync());
        await desk.Page.Locator($"button[name=patientId][value='{patient}']").ClickAsync();
        await desk.Page.WaitForURLAsync(url => Guid.TryParse(new Uri(url).Segments[^1], out _));
        var caseId = new Uri(desk.Page.Url).Segments[^1];
        violations.AddRange(await desk.ViolationsAsync());

        // Level, decision, unit.
        await ChooseAsync(desk, "level", "Orange");
        await desk.FillAsync("reason", "SpO2 88 %");
        await SendAsync(desk, $"/cases/{caseId}/triage");
        await ChooseAsync(desk, "outcome", "HomeVisit");
        await desk.FillAsync("doctorName", "当番 医師");
        await desk.FillAsync("requestedBy", "長女");
        await SendAsync(desk, $"/cases/{caseId}/outcome");
        violations.AddRange(await desk.ViolationsAsync());
        var unit1 = Shared.Tenancy.StableId.Of("setagaya", "unit1");
        await SendAsync(desk, $"/cases/{caseId}/dispatches", $":has(input[value='{unit1}'])");

        // The doctor's phone shows the offer by itself and takes one button per step.
        await doctor.Page.GetByText(name).First.WaitForAsync();
        violations.AddRange(await doctor.ViolationsAsync());
        foreach (var (step, state) in new[] { ("accept", "応需済"), ("depart", "移動中"), ("arrive", "診療中"), ("complete", "報告待ち") })
        {
            var answered = doctor.Page.WaitForResponseAsync(response => response.Request.Method == "POST" && response.Url.Contains($"/{step}", StringComparison.Ordinal));
            await doctor.Page.Locator($"form[action*='/{step}'] fluent-button").First.ClickAsync();
            Assert.Equal(303, (await answered).Status);
            await desk.Page.GetByText(state).First.WaitForAsync();
        }
        await doctor.Page.Locator("a[href$='/report']").First.ClickAsync();
        await doctor.Page.WaitForURLAsync("**/report");
        violations.AddRange(await doctor.ViolationsAsync());
        await doctor.FillAsync("findings", "右下肺野に湿性ラ音");
        await doctor.FillAsync("treatment", "抗菌薬を点滴");
        await doctor.FillAsync("nextStep", "翌朝、主治医が再診");
        await doctor.Page.Locator("fluent-button[name=do][value=submit]").ClickAsync();
        await doctor.Page.WaitForURLAsync(url => !url.EndsWith("/report", StringComparison.Ordinal));

        // The clinic's inbox shows the report by itself; it is confirmed in one click, and the desk sees that.
        await clinicDoctor.Page.GetByText("翌朝、主治医が再診").First.WaitForAsync();
        violations.AddRange(await clinicDoctor.ViolationsAsync());
        await clinicDoctor.Page.Locator("form[action*='/acknowledge'] fluent-button").First.ClickAsync();
        await desk.Page.GetByText("確認済").First.WaitForAsync();
        var report = await portal.Database.ReadAsync<Guid>("SELECT id FROM visits.visit_report LIMIT 1");
        foreach (var path in new[] { $"/reports/{report}", $"/reports/{report}/print", "/invoice-lines" })
        {
            await clinicDoctor.GoToAsync(path, "setagaya.localhost");
            violations.AddRange(await clinicDoctor.ViolationsAsync());
        }
        Assert.True(violations.Count == 0, string.Join("\n", violations));
        Assert.Equal(1L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM billing.invoice_line WHERE kind = 'Visit'"));
    }

    private static Task ChooseAsync(Person person, string field, string value) =>
        person.Page.Locator($"input[name='{field}'][value='{value}']").CheckAsync(new LocatorCheckOptions { Force = true });

    /// <summary>Sends the form of that address and waits for the page that follows.</summary>
    private static async Task SendAsync(Person person, string action, string which = "")
    {
        var answered = person.Page.WaitForResponseAsync(response => response.Request.Method == "POST" && response.Url.EndsWith(action, StringComparison.Ordinal));
        await person.Page.Locator($"form[action='{action}']{which} fluent-button[type=submit]").First.ClickAsync();
        Assert.Equal(303, (await answered).Status);
        await person.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }
}
