using System.Net;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>The screens of pay as people use them.</summary>
public sealed class PayScreenTests : IAsyncLifetime
{
    private const string Host = "setagaya.localhost";

    private readonly PortalFixture portal;
    private readonly TestPay pay;

    public PayScreenTests(PortalPostgres postgres)
    {
        portal = new PortalFixture(postgres);
        pay = new TestPay(portal);
    }

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Secretariat_Computes_Approves_AndPays_AndThePersonSeesItsSheet()
    {
        var doctor = StableId.Of("setagaya", "doctor3");
        await pay.FromAsync();
        await portal.Database.ExecuteAsync("DELETE FROM billing.payee_change; DELETE FROM billing.payee");
        await pay.PaidAsync(doctor, PayKind.Salary, "7");
        await pay.WorkedAsync(doctor, DutyRole.Doctor, "2026-08-19 18:00", "2026-08-20 09:00", 60);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);

        var page = await secretariat.OpenAsync(Url("/pay-sheets?month=2026-08"));
        await PostAsync(secretariat, page, "/pay-sheets/compute");
        await pay.ComputeAsync("2026-08");
        var sheet = await pay.SheetAsync(doctor, "2026-08");
        await portal.Database.ExecuteAsync("UPDATE billing.pay_run SET set_aside = '{SG-260819-007}'");
        Assert.Contains("含めていない診療があります: SG-260819-007", (await secretariat.OpenAsync(Url("/pay-sheets?month=2026-08"))).Document.Body!.TextContent, StringComparison.Ordinal);
        using var desk = await Browser.SignInAsync(portal.Node, "doctor3@setagaya.example", "desk.localhost");
        Assert.Equal(HttpStatusCode.NotFound, (await desk.GetAsync(portal.Node.Url($"/my-pay/{sheet}", "desk.localhost"))).Status);

        page = await secretariat.OpenAsync(Url($"/pay-sheets/{sheet}"));
        Assert.Contains("14:00 × ¥8,000/時", page.Document.Body!.TextContent, StringComparison.Ordinal);
        await PostAsync(secretariat, page, $"/pay-sheets/{sheet}/approve");
        page = await secretariat.OpenAsync(Url($"/pay-sheets/{sheet}"));
        Assert.Contains("承認した内容のままです", page.Document.Body!.TextContent, StringComparison.Ordinal);
        page = await secretariat.OpenAsync(Url($"/pay-sheets/{sheet}/print"));
        Assert.Contains("¥140,000", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var csv = await secretariat.GetAsync(Url("/pay-sheets/lines.csv?month=2026-08"));
        Assert.Equal(HttpStatusCode.OK, csv.Status);

        page = await secretariat.OpenAsync(Url("/pay-files"));
        await PostAsync(secretariat, page, "/pay-files", ("on", "2026-11-25"));
        Assert.Equal("Paid", await pay.StatusAsync(sheet));

        var mine = await desk.OpenAsync(portal.Node.Url("/my-pay", "desk.localhost"));
        Assert.Contains("2026年8月分", mine.Document.Body!.TextContent, StringComparison.Ordinal);
        mine = await desk.OpenAsync(portal.Node.Url($"/my-pay/{sheet}", "desk.localhost"));
        Assert.Contains("¥140,000", mine.Document.Body!.TextContent, StringComparison.Ordinal);
        using var colleague = await Browser.SignInAsync(portal.Node, "doctor1@setagaya.example", "desk.localhost");
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync(portal.Node.Url($"/my-pay/{sheet}", "desk.localhost"))).Status);
    }

    [Fact]
    public async Task Rates_SavedWithALaterStart_AreAnotherTable()
    {
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        var page = await secretariat.OpenAsync(Url("/pay-rates"));

        var refused = await secretariat.PostAsync(page, "/pay-rates", Fields(page, ("tables[0].doctorSalary.perHour", "たくさん")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("整数にしてください", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        await PostAsync(secretariat, page, "/pay-rates", Fields(page, ("idempotency-key", "again"), ("tables[0].effectiveFrom", "2026-12-01"), ("tables[0].doctorSalary.perHour", "9,000")));

        Assert.Equal(["2026-04-01 8000", "2026-12-01 9000"], await portal.Database.ReadAllAsync<string>("""
            SELECT (t ->> 'effectiveFrom') || ' ' || (t -> 'doctorSalary' ->> 'perHour') FROM (
              SELECT settings FROM app.tenant_settings WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1) s, jsonb_array_elements(s.settings -> 'pay' -> 'tables') t ORDER BY 1
            """, TestPay.Tenant));
    }

    /// <summary>All that a browser would send, with some of it typed anew.</summary>
    private static (string Name, string Value)[] Fields(BrowserPage page, params IEnumerable<(string Name, string Value)> typed)
    {
        var fields = page.Document.QuerySelectorAll("fluent-text-input[name], fluent-checkbox[name][checked]").ToDictionary(f => f.GetAttribute("name")!, f => f.GetAttribute("value") ?? "");
        foreach (var select in page.Document.QuerySelectorAll("main select[name]"))
        {
            fields[select.GetAttribute("name")!] = select.QuerySelector("option[selected]")?.GetAttribute("value") ?? select.QuerySelector("option")!.GetAttribute("value")!;
        }
        foreach (var (name, value) in typed)
        {
            fields[name] = value;
        }
        return [.. fields.Select(f => (f.Key, f.Value))];
    }

    private Uri Url(string path) => portal.Node.Url(path, Host);

    private static async Task PostAsync(Browser browser, BrowserPage page, string action, params (string Name, string Value)[] fields)
    {
        var answer = await browser.PostAsync(page, action, fields);
        Assert.True(answer.Status == HttpStatusCode.SeeOther, $"{action}: {answer.Status} {answer.Refusal}");
    }
}
