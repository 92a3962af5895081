using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Coverage;

/// <summary>契約: changed, paused, cancelled and bought by the night, by a clinic's administrator and by the secretariat.</summary>
public sealed class SubscriptionTests : IAsyncLifetime
{
    private const string Host = "setagaya.localhost";

    /// <summary>Each test's own, as some let days pass.</summary>
    private readonly PortalFixture portal;
    private readonly TestNight night;

    public SubscriptionTests(PortalPostgres postgres)
    {
        portal = new PortalFixture(postgres);
        night = new TestNight(portal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Change_ShowsItsCostFirst_EndsTheOldVersionAndBeginsTheNew_Once()
    {
        using var clinic = await ClinicAsync(1);
        var asked = await clinic.OpenAsync(Url("/cover?plan=light&startsOn=2026-12-10&patients=20"));
        // Of 50,000 nine of 31 days, and of 25,000 the rest.
        Assert.Contains("¥14,516 + ¥17,742 = ¥32,258", asked.Document.Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(asked, "/cover/change")).Status);

        Assert.Equal(
            ["standard 2026-04-01 2026-12-09", "light 2026-12-10 "],
            await portal.Database.ReadAllAsync<string>(
                "SELECT concat_ws(' ', plan, starts_on, coalesce(ends_on::text, '')) FROM coverage.cover_subscription WHERE clinic_id = $1 ORDER BY starts_on", night.ClinicId(1)));
        Assert.Equal(1L, await portal.Database.ReadAsync<long>(
            "SELECT count(DISTINCT contract_id) FROM coverage.cover_subscription WHERE clinic_id = $1", night.ClinicId(1)));
        Assert.Equal("Changed", await portal.Database.ReadAsync<string>("SELECT kind FROM coverage.cover_change WHERE clinic_id = $1", night.ClinicId(1)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await clinic.PostAsync(asked, "/cover/change", ("idempotency-key", "another"))).Status);
    }

    [Fact]
    public async Task Cancellation_KeepsTheNotice_IsAlarmedByMail_AndCanBeTakenBack()
    {
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        var path = $"/subscriptions/{night.ClinicId(2)}";
        var page = await secretariat.OpenAsync(Url(path));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, $"{path}/cancel", ("lastNight", "2026-12-21"))).Status);
        page = await secretariat.OpenAsync(Url(path));
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(page, $"{path}/cancel", ("lastNight", "2027-01-31"))).Status);

        Assert.Equal(2L, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.work_item WHERE kind = 'coverage.expiry-alarm' AND payload->>'Ends' = '2027-01-31'"));
        page = await secretariat.OpenAsync(Url(path));
        Assert.Contains("2027年1月31日", page.Document.Body!.TextContent, StringComparison.Ordinal);
        await portal.Database.ExecuteAsync("UPDATE app.work_item SET due_at = $1 WHERE kind = 'coverage.expiry-alarm' AND payload->>'Ends' = '2027-01-31'", portal.Clock.Now);
        await DoWorkAsync();
        Assert.Equal(0L, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM app.work_item WHERE kind = 'coverage.expiry-alarm' AND payload->>'Ends' = '2027-01-31' AND done_at IS NULL"));
        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(page, $"{path}/run-on")).Status);
        Assert.Equal(1L, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM coverage.cover_subscription WHERE clinic_id = $1 AND ends_on IS NULL", night.ClinicId(2)));
    }

    [Fact]
    public async Task PausedNights_AreNotCovered_UntilTheClinicResumes()
    {
        using var clinic = await ClinicAsync(4);
        var patient = await night.PatientAsync(4);
        var page = await clinic.OpenAsync(Url("/cover"));
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(page, "/cover/pause", ("from", "2026-11-23"), ("until", "2026-11-30"))).Status);
        Assert.True(await CoveredAsync(patient));
        portal.Clock.Advance(TimeSpan.FromDays(1));
        Assert.False(await CoveredAsync(patient));
        using var nextDay = await ClinicAsync(4);
        page = await nextDay.OpenAsync(Url("/cover"));
        Assert.Equal(HttpStatusCode.SeeOther, (await nextDay.PostAsync(page, "/cover/resume")).Status);
        Assert.True(await CoveredAsync(patient));
    }

    [Fact]
    public async Task VisitOfAPauseThatIsOver_ReportedDuringAnother_IsNeverBilled()
    {
        using var clinic = await ClinicAsync(4);
        var page = await clinic.OpenAsync(Url("/cover"));
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(page, "/cover/pause", ("from", "2026-11-23"), ("until", "2026-11-23"))).Status);
        portal.Clock.Advance(TimeSpan.FromDays(1));
        var (patient, unknown) = (await night.PatientAsync(4), await night.OpenUnknownAsync());
        var visited = await night.VisitAsync(patient);

        portal.Clock.Advance(TimeSpan.FromDays(1));
        using var nextDay = await ClinicAsync(4);
        page = await nextDay.OpenAsync(Url("/cover"));
        Assert.Equal(HttpStatusCode.SeeOther, (await nextDay.PostAsync(page, "/cover/pause", ("from", "2026-11-27"), ("until", "2026-11-28"))).Status);
        await night.ReportAsync(visited);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        Assert.Equal(HttpStatusCode.SeeOther, (await night.TieAsync(desk, unknown, patient)).Status);
        await DoWorkAsync();
        await MeterAsync();

        Assert.Equal(["Call false", "Call false", "Visit false"], await UsagesAsync(4));
        Assert.Empty(await LinesAsync(4));
    }

    [Fact]
    public async Task PlanForHolidays_CoversThem_AndOtherNightsOnceTheyAreBought()
    {
        await portal.Database.ExecuteAsync("UPDATE coverage.cover_subscription SET plan = 'holiday' WHERE clinic_id = $1", night.ClinicId(3));
        var patient = await night.PatientAsync(3);
        Assert.True(await CoveredAsync(patient));

        portal.Clock.Advance(TimeSpan.FromDays(2));
        var opened = await OpenAsync(patient);
        Assert.False(await IsCoveredAsync(opened));
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        Assert.Contains("契約(休日のみ)は休日のみで、今夜は対象外です", (await desk.OpenAsync(portal.Node.Url($"/cases/{opened}", "desk.localhost"))).Document.Body!.TextContent, StringComparison.Ordinal);
        using var clinic = await ClinicAsync(3);
        var page = await clinic.OpenAsync(Url("/cover"));
        Assert.Null(page.Document.QuerySelector("[value='2026-11-29']"));
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(page, "/cover/nights", ("night", "2026-11-25"))).Status);
        portal.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await CoveredAsync(patient));
    }

    [Fact]
    public async Task Night_BoughtTwiceAtOnce_IsBoughtOnce_AndCovers()
    {
        await portal.Database.ExecuteAsync("DELETE FROM coverage.cover_subscription WHERE clinic_id = $1", night.ClinicId(3));
        using var one = await ClinicAsync(3);
        using var other = await ClinicAsync(3);
        var (first, second) = (await one.OpenAsync(Url("/cover")), await other.OpenAsync(Url("/cover")));
        // The holiday of the 22nd began in the morning.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await one.PostAsync(first, "/cover/nights", ("night", "2026-11-22"))).Status);

        var answers = await Task.WhenAll(
            one.PostAsync(first, "/cover/nights", ("night", "2026-11-23"), ("idempotency-key", "one")), other.PostAsync(second, "/cover/nights", ("night", "2026-11-23")));

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.UnprocessableEntity], answers.Select(a => a.Status).Order());
        Assert.Equal(["HolidayDay 60000"], await portal.Database.ReadAllAsync<string>(
            "SELECT kind || ' ' || yen FROM coverage.bought_night WHERE clinic_id = $1", night.ClinicId(3)));
        var patient = await night.PatientAsync(3);
        Assert.False(await CoveredAsync(patient));
        portal.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await CoveredAsync(patient));
    }

    [Fact]
    public async Task Desk_SeesWhatTheClinicHolds_AndIsToAskBeyondThePlansLimit()
    {
        var patient = await night.PatientAsync(5);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        var within = await desk.OpenAsync(portal.Node.Url($"/cases/{await OpenAsync(patient)}", "desk.localhost"));
        Assert.Contains("契約: 夜間休日バックアップ", within.Document.Body!.TextContent, StringComparison.Ordinal);

        await portal.Database.ExecuteAsync("UPDATE coverage.cover_subscription SET patients_counted = 401 WHERE clinic_id = $1", night.ClinicId(5));

        var beyond = await desk.OpenAsync(portal.Node.Url($"/cases/{await OpenAsync(patient)}", "desk.localhost"));
        Assert.Contains("責任者に確認", beyond.Document.Body!.TextContent, StringComparison.Ordinal);
        // Refused when the call came, nothing is charged by the plan: neither at the report nor when the month is computed.
        await portal.Database.ExecuteAsync("UPDATE coverage.cover_subscription SET plan = 'light' WHERE clinic_id = $1", night.ClinicId(5));
        var (refused, _) = await night.ReportedVisitAsync(patient);
        Assert.False(await IsCoveredAsync(refused));
        await MeterAsync();
        Assert.Equal(["Call true", "Call true", "Call false", "Visit false"], (await UsagesAsync(5)).OrderByDescending(u => u.EndsWith("true", StringComparison.Ordinal)));
        Assert.Equal(["Call 0", "Call 0"], await LinesAsync(5));
    }

    [Fact]
    public async Task Calls_BeyondThePlansLimit_AreToBeAskedFor_AndTheClinicSeesHowManyItHasHad()
    {
        var koto = new TestNight(portal, "koto");
        await portal.Database.ExecuteAsync("UPDATE coverage.cover_subscription SET plan = 'backup' WHERE clinic_id = $1", koto.ClinicId(1));
        await portal.Database.ExecuteAsync("""
            INSERT INTO nightdesk.case (tenant_id, id, number, night, status, channel, received_at, opened_by_id, opened_by_name, caller_kind, sealed_told, primary_clinic_id, primary_clinic_name, covered, closed_at)
            SELECT $1, gen_random_uuid(), 'K-' || n, $3::date - n % 20, 'Acknowledged', 'Phone', $4::timestamptz - n % 20 * interval '1 day' - interval '1 hour', gen_random_uuid(), '受付', 'Family', '\x00', $2, '医院',
              n <= 39, $4::timestamptz
            FROM generate_series(1, 45) n
            """, StableId.Of("tenant", "koto"), koto.ClinicId(1), new DateOnly(2026, 11, 22), portal.Clock.Now);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@koto.example", "koto.localhost");

        var (fortieth, beyond) = (await PageAsync(), await PageAsync());

        Assert.DoesNotContain("責任者に確認", fortieth, StringComparison.Ordinal);
        Assert.Contains("今月の受電の上限(40件)を超えています", beyond, StringComparison.Ordinal);
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("41 件 / 40 件まで(超えたとき: 責任者に確認)", (await clinic.OpenAsync(portal.Node.Url("/cover", "koto.localhost"))).Document.Body!.TextContent, StringComparison.Ordinal);

        async Task<string> PageAsync()
        {
            portal.Clock.Advance(TimeSpan.FromMinutes(1));
            var opened = (await koto.Desk.PostAsync(
                "/api/v1/cases", new { patientId = await koto.PatientAsync(1), caller = new { kind = "family", name = "長女" }, complaint = "発熱" })).Expect(HttpStatusCode.Created).Id;
            return (await clinic.OpenAsync(portal.Node.Url($"/cases/{opened}", "koto.localhost"))).Document.Body!.TextContent;
        }
    }

    private async Task<Guid> OpenAsync(Guid patient) => (await night.Desk.PostAsync(
        "/api/v1/cases", new { patientId = patient, caller = new { kind = "family", name = "長女" }, complaint = "発熱" })).Expect(HttpStatusCode.Created).Id;

    private async Task<bool> CoveredAsync(Guid patient) => await IsCoveredAsync(await OpenAsync(patient));

    private Task<bool> IsCoveredAsync(Guid opened) => portal.Database.ReadAsync<bool>("SELECT covered FROM nightdesk.\"case\" WHERE id = $1", opened);

    private Task<IReadOnlyList<string>> UsagesAsync(int clinic) =>
        portal.Database.ReadAllAsync<string>("SELECT kind || ' ' || covered FROM billing.usage WHERE clinic_id = $1 ORDER BY 1", night.ClinicId(clinic));

    private Task<IReadOnlyList<string>> LinesAsync(int clinic) =>
        portal.Database.ReadAllAsync<string>("SELECT kind || ' ' || amount_yen FROM billing.invoice_line WHERE clinic_id = $1 ORDER BY 1", night.ClinicId(clinic));

    /// <summary>What the night is metered by every morning.</summary>
    private async Task MeterAsync()
    {
        await using var services = portal.Node.Services.CreateAsyncScope();
        var tenant = StableId.Of("tenant", "setagaya");
        var session = await services.ServiceProvider.ActAsync(CurrentUser.Portal, [new TenantId(tenant)], Cancellation);
        await services.ServiceProvider.GetRequiredService<MonthMetering>().MeterAsync(tenant, new DateOnly(2026, 11, 1), Cancellation);
        await session.CommitAsync(Cancellation);
    }

    private Task<Browser> ClinicAsync(int number) => Browser.SignInAsync(portal.Node, $"clinic{number}.doctor@setagaya.example", Host);

    private Uri Url(string path) => portal.Node.Url(path, Host);

    private async Task DoWorkAsync()
    {
        while (await portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(Cancellation))
        {
        }
    }
}
