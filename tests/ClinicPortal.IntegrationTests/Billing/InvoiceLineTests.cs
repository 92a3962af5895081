using System.Net;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

public sealed class InvoiceLineTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly TestNight night = new(portal);

    [Fact]
    public async Task ReportedVisit_IsALineByTheFeeClassOfItsArrival()
    {
        portal.Clock.Now = NightClock.Start;
        var (evening, _) = await night.ReportedVisitAsync(await night.PatientAsync());
        portal.Clock.Now = NightClock.Start.AddHours(3);
        var (deepNight, _) = await night.ReportedVisitAsync(await night.PatientAsync());

        Assert.Equal([("visit", "holiday", 18_000)], await LinesOfAsync(evening));
        Assert.Equal([("visit", "deep-night", 25_000)], await LinesOfAsync(deepNight));
    }

    [Fact]
    public async Task EndOfLife_IsALineOfItsOwn()
    {
        portal.Clock.Now = NightClock.Start;
        var (died, _) = await night.ReportedVisitAsync(await night.PatientAsync(), content: new
        {
            findings = "呼吸停止、心停止、対光反射消失",
            treatment = "死亡確認",
            nextStep = "死亡診断書は明朝交付",
            endOfLife = true,
            timeOfDeath = NightClock.Start.AddMinutes(-30),
        });

        Assert.Equal([("visit", "holiday", 18_000), ("end-of-life", "holiday", 10_000)], await LinesOfAsync(died));
    }

    [Fact]
    public async Task News_ToldTwice_IsBilledOnce()
    {
        var (visited, report) = await night.ReportedVisitAsync(await night.PatientAsync());
        await portal.Database.ExecuteAsync(
            "UPDATE app.work_item SET done_at = NULL, due_at = $2 WHERE dedupe_key = $1", $"billing.visit-reported:{report}", portal.Clock.Now);
        await WaitUntilDoneAsync($"billing.visit-reported:{report}");

        Assert.Single(await LinesOfAsync(visited));
    }

    [Fact]
    public async Task Clinic_SeesItsOwnLines_TheSecretariatAll()
    {
        await night.ReportedVisitAsync(await night.PatientAsync(1));
        await night.ReportedVisitAsync(await night.PatientAsync(2));

        Assert.Equal([night.ClinicId(2)], Clinics(await night.Clinic(2).GetAsync("/api/v1/invoice-lines?month=2026-11")));
        Assert.Superset(
            new HashSet<Guid> { night.ClinicId(1), night.ClinicId(2) },
            Clinics(await night.Secretariat.GetAsync("/api/v1/invoice-lines?month=2026-11")).ToHashSet());
        Assert.Empty(Clinics(await new TestNight(portal, "tamagawa").Secretariat.GetAsync("/api/v1/invoice-lines?month=2026-11")));
        Assert.Equal(HttpStatusCode.Forbidden, (await night.Desk.GetAsync("/api/v1/invoice-lines?month=2026-11")).Status);
        Assert.Equal("invoice-line.not-a-month", (await night.Secretariat.GetAsync("/api/v1/invoice-lines?month=November")).Code);
    }

    [Fact]
    public async Task Page_ForTheSecretariat_NamesNoPatient()
    {
        var patient = await night.PatientAsync();
        await night.ReportedVisitAsync(patient);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", "setagaya.localhost");

        var page = await secretariat.OpenAsync(portal.Node.Url("/invoice-lines?month=2026-11", "setagaya.localhost"));

        Assert.Contains("SG-261122-", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(
            await portal.Database.ReadAsync<string>("SELECT family_name FROM patients.patient WHERE id = $1", patient),
            page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<(string Kind, string FeeClass, int Yen)>> LinesOfAsync(Guid caseId)
    {
        var number = (await night.Desk.GetAsync($"/api/v1/cases/{caseId}")).Text("number");
        var lines = (await night.Secretariat.GetAsync("/api/v1/invoice-lines?month=2026-11")).Expect(HttpStatusCode.OK);
        return [.. Items(lines).Where(line => line.GetProperty("caseNumber").GetString() == number).Select(line => (
            line.GetProperty("kind").GetString()!, line.GetProperty("feeClass").GetString()!, line.GetProperty("amountYen").GetInt32()))];
    }

    private async Task WaitUntilDoneAsync(string dedupeKey)
    {
        while (!await portal.Database.ReadAsync<bool>("SELECT done_at IS NOT NULL FROM app.work_item WHERE dedupe_key = $1", dedupeKey))
        {
            await portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(TestContext.Current.CancellationToken);
        }
    }

    private static IEnumerable<Guid> Clinics(ApiAnswer answer) => Items(answer.Expect(HttpStatusCode.OK)).Select(l => l.GetProperty("clinicId").GetGuid()).Distinct();

    private static IEnumerable<JsonElement> Items(ApiAnswer answer) => answer.Body.GetProperty("items").EnumerateArray();
}
