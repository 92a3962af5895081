using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>What a month costs, from the first call to the adjustment on the next invoice.</summary>
public sealed class MeteringTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly DateOnly November = new(2026, 11, 1);

    private readonly TestNight night = new(portal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Month_IsMeteredOnce_WhateverComesLaterIsMadeUp_AndRunningItAgainChangesNothing()
    {
        await night.ReportedVisitAsync(await night.PatientAsync(1));
        var (voided, _) = await night.ReportedVisitAsync(await night.PatientAsync(2));
        // While the month runs: the calls beside the visits that are lines already.
        await MeterAsync();
        Assert.Equal(["Call 3000", "Visit 18000"], await LinesAsync(1));
        Assert.Equal(0, await MeterAsync());

        try
        {
            portal.Clock.Now = new DateTimeOffset(2026, 12, 1, 10, 0, 0, TimeSpan.FromHours(9));
            Assert.True(await MeterAsync(commit: false) > 0);
            Assert.Equal(["Call 3000", "Visit 18000"], await LinesAsync(1));

            await Task.WhenAll(MeterAsync(), MeterAsync());

            Assert.Equal(["Call 3000", "MonthlyBase 80000", "Visit 18000"], await LinesAsync(1));
            Assert.Equal(0, await MeterAsync());

            // Known too late, and not counted after all.
            await portal.Database.ExecuteAsync("""
                INSERT INTO billing.usage (tenant_id, id, kind, source_id, clinic_id, clinic_name, month, night, case_number, fee_class, end_of_life, occurred_at, recorded_at)
                SELECT tenant_id, gen_random_uuid(), 'Visit', gen_random_uuid(), clinic_id, clinic_name, month, night, case_number, 'DeepNight', false, occurred_at, now()
                FROM billing.usage WHERE clinic_id = $1 AND kind = 'Visit'
                """, night.ClinicId(1));
            await portal.Database.ExecuteAsync("""
                INSERT INTO billing.usage_void (tenant_id, usage_id, reason, by_id, by_name, at)
                SELECT tenant_id, id, '別の医療機関の往診', gen_random_uuid(), '事務局', now() FROM billing.usage WHERE case_id = $1 AND kind = 'Visit'
                """, voided);
            Assert.Equal(2, await MeterAsync());

            Assert.Equal(["Call 3000", "MonthlyBase 80000", "Visit 18000", "Visit 25000"], await LinesAsync(1));
            Assert.Equal(["Adjustment -18000", "Call 3000", "MonthlyBase 50000", "Visit 18000"], await LinesAsync(2));
            Assert.Equal("Visit", await portal.Database.ReadAsync<string>("""
                SELECT line.kind FROM billing.invoice_line a JOIN billing.invoice_line line ON line.id = a.adjusts_line_id WHERE a.kind = 'Adjustment' AND a.clinic_id = $1
                """, night.ClinicId(2)));
            Assert.Equal(0, await MeterAsync());
        }
        finally
        {
            portal.Clock.Now = NightClock.Start;
        }
    }

    [Fact]
    public async Task Clinic_SeesWhatTheMonthHasCostSoFar_AndTheSecretariatAYearByAnotherList()
    {
        await night.ReportedVisitAsync(await night.PatientAsync(4));
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic4.doctor@setagaya.example", "setagaya.localhost");

        var cost = (await clinic.OpenAsync(portal.Node.Url("/cost", "setagaya.localhost"))).Document.QuerySelector("main")!.TextContent;

        // A base of 80,000, a visit and a call; eight of thirty nights are left.
        Assert.Contains("¥101,000", cost, StringComparison.Ordinal);
        Assert.Contains("¥108,636", cost, StringComparison.Ordinal);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", "setagaya.localhost");
        var year = (await secretariat.OpenAsync(portal.Node.Url("/price-simulator", "setagaya.localhost"))).Document.QuerySelector("main")!.TextContent;
        // Sixteen days of April, and to September ten percent less.
        Assert.Contains("¥478,401", year, StringComparison.Ordinal);
        // Prices that are only thought of: half the base of 80,000, so half of what a year of bases came to; nothing is saved.
        var stored = await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.tenant_settings");
        var tried = (await secretariat.OpenAsync(portal.Node.Url("/price-simulator?standard.base1=40%2C000&standard.base0=x", "setagaya.localhost"))).Document;
        Assert.NotEmpty(tried.QuerySelectorAll(".error-summary"));
        tried = (await secretariat.OpenAsync(portal.Node.Url("/price-simulator?standard.base1=40%2C000", "setagaya.localhost"))).Document;
        var clinic1 = await portal.Database.ReadAsync<string>("SELECT name FROM associations.member_clinic WHERE id = $1", night.ClinicId(1));
        var row = tried.QuerySelectorAll("tr").Single(r => r.TextContent.Contains(clinic1, StringComparison.Ordinal)).TextContent;
        Assert.Contains("¥239,201", row, StringComparison.Ordinal);
        Assert.Contains("−¥239,200", row, StringComparison.Ordinal);
        Assert.Equal(stored, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.tenant_settings"));
        Assert.Equal(HttpStatusCode.OK, (await secretariat.OpenAsync(portal.Node.Url("/prices", "setagaya.localhost"))).Status);
    }

    private async Task<int> MeterAsync(bool commit = true)
    {
        await using var services = portal.Node.Services.CreateAsyncScope();
        var session = services.ServiceProvider.GetRequiredService<PortalSession>();
        var tenant = StableId.Of("tenant", "setagaya");
        await session.OpenAsync(Cancellation);
        await services.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(tenant)], Cancellation);
        var written = await services.ServiceProvider.GetRequiredService<MonthMetering>().MeterAsync(tenant, November, Cancellation);
        if (commit)
        {
            await session.CommitAsync(Cancellation);
        }
        return written;
    }

    private async Task<IReadOnlyList<string>> LinesAsync(int clinic) => await portal.Database.ReadAllAsync<string>(
        "SELECT kind || ' ' || amount_yen FROM billing.invoice_line WHERE clinic_id = $1 ORDER BY 1", night.ClinicId(clinic));
}
