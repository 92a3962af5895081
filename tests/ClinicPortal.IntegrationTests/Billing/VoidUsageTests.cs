using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>利用の取り消し: what does not count after all is taken back by an adjustment, and everybody reads why.</summary>
public sealed class VoidUsageTests : IAsyncLifetime
{
    private const string Host = "setagaya.localhost";

    /// <summary>Its own, as the lines of the month are compared.</summary>
    private readonly PortalFixture portal;
    private readonly TestNight night;

    public VoidUsageTests(PortalPostgres postgres)
    {
        portal = new PortalFixture(postgres);
        night = new TestNight(portal);
    }

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Visit_IsVoidedOnce_WithAReason_AndItsLinesAreTakenBack()
    {
        var (opened, _) = await night.ReportedVisitAsync(await night.PatientAsync(2), content: new
        {
            findings = "呼吸停止、心停止、対光反射消失",
            treatment = "死亡確認",
            nextStep = "死亡診断書は明朝交付",
            endOfLife = true,
            timeOfDeath = NightClock.Start.AddMinutes(-30),
        });
        var line = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.invoice_line WHERE case_id = $1 AND kind = 'Visit'", opened);
        var path = $"/invoice-lines/{line}/void";
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        Assert.NotNull((await OpenAsync(secretariat, "/invoice-lines?month=2026-11")).Document.QuerySelector($"a[href='{path}']"));
        var page = await OpenAsync(secretariat, path);
        Assert.All(["往診", "看取り", "まだ請求していません"], words => Assert.Contains(words, page.Document.Body!.TextContent, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, path, ("reason", ""))).Status);

        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(await OpenAsync(secretariat, path), path, ("reason", "別の医療機関の往診"))).Status);
        await DoneAsync();

        Assert.Equal(["Adjustment -10000", "Adjustment -18000", "Call 3000", "EndOfLife 10000", "Visit 18000"], await LinesAsync());
        // They wait for the next invoice.
        Assert.Equal(2, await portal.Database.ReadAsync<long>(
            "SELECT count(*) FROM billing.open_line o JOIN billing.invoice_line l ON l.id = o.line_id WHERE l.kind = 'Adjustment' AND l.clinic_id = $1", night.ClinicId(2)));
        Assert.NotEmpty(await portal.Database.AuditAsync("action = 'Changed' AND record_kind = 'usage' AND role = 'secretariat'"));
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Host);
        var read = (await OpenAsync(clinic, "/invoice-lines?month=2026-11")).Document;
        Assert.Contains("別の医療機関の往診", read.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Null(read.QuerySelector($"a[href='{path}']"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, path, ("reason", "もう一度"), (Shared.Http.FormState.KeyField, Guid.NewGuid().ToString("N")))).Status);
        Assert.Contains("別の医療機関の往診", (await OpenAsync(secretariat, path)).Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyWhatHappened_IsVoided_AndOnlyByTheSecretariatOfItsAssociation()
    {
        var (opened, _) = await night.ReportedVisitAsync(await night.PatientAsync(2));
        var line = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.invoice_line WHERE case_id = $1 AND kind = 'Visit'", opened);
        await portal.Database.ExecuteAsync("""
            INSERT INTO billing.invoice_line (tenant_id, id, clinic_id, clinic_name, month, night, source_kind, source_id, kind, plan, quantity, unit_yen, amount_yen, tax_category, occurred_at)
            SELECT tenant_id, gen_random_uuid(), clinic_id, clinic_name, month, night, 'Month', gen_random_uuid(), 'Minimum', plan, 1, 100, 100, tax_category, occurred_at
            FROM billing.invoice_line WHERE id = $1
            """, line);
        var minimum = await portal.Database.ReadAsync<Guid>("SELECT id FROM billing.invoice_line WHERE kind = 'Minimum'");
        using var own = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Host);
        using var other = await Browser.SignInAsync(portal.Node, "secretariat@koto.example", "koto.localhost");

        Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync(portal.Node.Url($"/invoice-lines/{minimum}/void", Host))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await clinic.GetAsync(portal.Node.Url($"/invoice-lines/{line}/void", Host))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(portal.Node.Url($"/invoice-lines/{line}/void", "koto.localhost"))).Status);
    }

    private Task<BrowserPage> OpenAsync(Browser browser, string path) => browser.OpenAsync(portal.Node.Url(path, Host));

    private Task<IReadOnlyList<string>> LinesAsync() => portal.Database.ReadAllAsync<string>(
        "SELECT kind || ' ' || amount_yen FROM billing.invoice_line WHERE clinic_id = $1 ORDER BY 1", night.ClinicId(2));

    /// <summary>The metering that voiding asks for.</summary>
    private async Task DoneAsync()
    {
        var runner = portal.Node.Services.GetRequiredService<WorkRunner>();
        while (await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM app.work_item WHERE kind = 'billing.meter-night' AND done_at IS NULL AND failed_at IS NULL AND due_at <= $1)", portal.Clock.GetUtcNow()))
        {
            await runner.RunNextAsync(TestContext.Current.CancellationToken);
        }
    }
}
