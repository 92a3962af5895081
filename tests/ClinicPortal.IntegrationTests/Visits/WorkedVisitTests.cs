using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Visits;

/// <summary>What pay is told of visits.</summary>
public sealed class WorkedVisitTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly TestNight night = new(portal);

    [Fact]
    public async Task ReportedVisit_IsToldWithShiftDoctorAndDriver_OnItsDayAlone()
    {
        var (visited, _) = await night.ReportedVisitAsync(await night.PatientAsync(), unit: 2);
        await night.VisitAsync(await night.PatientAsync(2));
        var number = (await night.Desk.GetAsync($"/api/v1/cases/{visited}")).Text("number");

        // The other one is not reported yet.
        var told = Assert.Single(await WorkedAsync(22));

        Assert.Equal((number, StableId.Of("setagaya", "doctor2"), StableId.Of("setagaya", "driver2")), (told.CaseNumber, told.DoctorId.Value, told.DriverId!.Value.Value));
        Assert.Equal(await portal.Database.ReadAsync<Guid>("SELECT shift_id FROM nightdesk.dispatch WHERE case_id = $1 AND state = 'Completed'", visited), told.ShiftId!.Value.Value);
        Assert.Equal((VisitKind.HomeVisit, new DateOnly(2026, 11, 22), NightClock.Start, false), (told.Kind, told.Night, told.ArrivedAt, told.EndOfLife));

        // One report that was tampered with keeps nobody else from their pay.
        var (_, spoilt) = await night.ReportedVisitAsync(await night.PatientAsync(3));
        await portal.Database.ExecuteAsync("UPDATE visits.visit_report SET sealed_content = overlay(sealed_content placing '\\x00' from length(sealed_content)) WHERE id = $1", spoilt);
        Assert.Equal([false, null], (await WorkedAsync(22)).Select(v => v.EndOfLife).OrderBy(e => e is null));
        Assert.Empty(await WorkedAsync(21));
        Assert.Empty(await WorkedAsync(23));
    }

    private async Task<IReadOnlyList<WorkedVisit>> WorkedAsync(int day)
    {
        var (tenant, on) = (new TenantId(StableId.Of("tenant", "setagaya")), new DateOnly(2026, 11, day));
        await using var scope = portal.Node.Services.CreateAsyncScope();
        await scope.ServiceProvider.ActAsync(CurrentUser.Portal, [tenant], TestContext.Current.CancellationToken);
        return await scope.ServiceProvider.GetRequiredService<IVisits>().ArrivedInAsync(tenant, on, on, TestContext.Current.CancellationToken);
    }
}
