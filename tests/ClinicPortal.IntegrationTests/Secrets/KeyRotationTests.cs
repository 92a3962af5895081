using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Secrets;

public sealed class KeyRotationTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Versions = """
        SELECT DISTINCT get_byte(box, 4) FROM (
          SELECT tenant_id, sealed_place AS box FROM patients.patient UNION ALL SELECT tenant_id, sealed_chart FROM patients.patient
          UNION ALL SELECT tenant_id, sealed_told FROM nightdesk.case UNION ALL SELECT tenant_id, sealed_details FROM nightdesk.case_event
          UNION ALL SELECT tenant_id, sealed_content FROM visits.visit_report UNION ALL SELECT tenant_id, sealed_told FROM visits.home_visit) s
        WHERE tenant_id = $1
        """;

    private static readonly Guid Setagaya = StableId.Of("tenant", "setagaya");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rotate_BesideARunningNode_SealsEverythingOfTheAssociationAnew_SubmittedReportsToo()
    {
        var night = new TestNight(portal);
        var patient = await night.PatientAsync();
        var (visited, report) = await night.ReportedVisitAsync(patient);
        var before = await portal.Database.OpenAsync<ChartSummary>("patients.patient.sealed_chart", patient);
        var rotated = RunAsync("rotate", "--tenant", "setagaya");

        // The desk works on meanwhile, with the old key or the new one.
        var opened = new List<Guid>();
        while (!rotated.IsCompleted)
        {
            opened.Add((await night.Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family" }, complaint = "発熱" })).Expect(HttpStatusCode.Created).Id);
            await Task.WhenAny(rotated, Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation));
        }

        Assert.Equal(0, await rotated);
        Assert.Equal([2], await portal.Database.ReadAllAsync<int>(Versions, Setagaya));
        Assert.Equal([1], await portal.Database.ReadAllAsync<int>(Versions, StableId.Of("tenant", "koto")));
        Assert.Equivalent(before, await portal.Database.OpenAsync<ChartSummary>("patients.patient.sealed_chart", patient));
        Assert.Equal("右下肺野に湿性ラ音を聴取", (await night.Clinic().GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK).Text("findings"));
        foreach (var id in opened.Append(visited))
        {
            (await night.Desk.GetAsync($"/api/v1/cases/{id}")).Expect(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Rotate_BrokenOff_GoesOnWithTheSameKey()
    {
        var tamagawa = StableId.Of("tenant", "tamagawa");
        await using (var owner = await portal.Database.Owner.OpenConnectionAsync(Cancellation))
        {
            // As a rotation that was killed after it had made the key and sealed some.
            var keys = portal.Node.Services.GetRequiredService<TenantKeys>();
            await keys.AddAsync(owner, tamagawa, 2, Cancellation);
            await keys.LoadAsync([tamagawa], Cancellation);
        }

        Assert.Equal(0, await RunAsync("rotate", "--tenant", "tamagawa"));

        Assert.Equal([2], await portal.Database.ReadAllAsync<int>(Versions, tamagawa));
        Assert.Equal(2, await portal.Database.ReadAsync<int>("SELECT max(version) FROM app.data_key WHERE tenant_id = $1", tamagawa));
    }

    /// <summary>As the command does, beside the node.</summary>
    private Task<int> RunAsync(params string[] args) => portal.Node.Services.GetRequiredService<KeyCommands>().RunAsync(args, Cancellation);
}
