using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.PayOut;
using ClinicPortal.Modules.Billing.Zengin;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Billing;

/// <summary>One night from the check-in on the phone to the file that pays it.</summary>
public sealed class PayInOnePieceTests : IAsyncLifetime
{
    private const string Desk = "desk.localhost";
    private const string Host = "setagaya.localhost";

    private readonly PortalFixture portal;
    private readonly TestPay pay;

    public PayInOnePieceTests(PortalPostgres postgres)
    {
        portal = new PortalFixture(postgres);
        pay = new TestPay(portal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await portal.InitializeAsync();
        await portal.Database.ExecuteAsync("DELETE FROM roster.attendance_change; DELETE FROM roster.attendance");
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Night_FromCheckInToThePaymentFile()
    {
        var shift = await portal.Database.ReadAsync<Guid>("SELECT id FROM roster.shift WHERE doctor_account_id = $1 AND starts_at <= $2 AND ends_at > $2", Account("doctor1"), portal.Clock.Now);
        await OnPhoneAsync("doctor1", $"/shifts/{shift}/check-in");
        await OnPhoneAsync("driver1", $"/shifts/{shift}/check-in");
        var night = new TestNight(portal);
        await night.ReportedVisitAsync(await night.PatientAsync());
        portal.Clock.Now = NightClock.Start.AddHours(12).AddMinutes(5);
        await OnPhoneAsync("doctor1", $"/shifts/{shift}/check-out", ("break", "60"));
        await OnPhoneAsync("driver1", $"/shifts/{shift}/check-out", ("break", "60"));

        portal.Clock.Now = new DateTimeOffset(2026, 12, 1, 10, 0, 0, TimeSpan.FromHours(9));
        await pay.FromAsync();
        await pay.ComputeAsync("2026-11");
        // By contract: the shift, the way, a visit on a holiday, and a tenth. A driver is employed: 11:05 without the break, three hours of Sunday, seven of deep night,
        // and five minutes beyond eight hours of Monday.
        var (doctor, driver) = (await pay.SheetAsync(Account("doctor1"), "2026-11"), await pay.SheetAsync(Account("driver1"), "2026-11"));
        Assert.Equal(["Shift 1 60000", "VisitHoliday 1 12000", "Transport 1 2000"], await pay.LinesAsync(doctor));
        Assert.Equal(["Hours 665 16625", "DeepNight 420 2625", "Overtime 5 31", "RestDay 180 1575", "Transport 1 1000"], await pay.LinesAsync(driver));

        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        await PostAsync(secretariat, await secretariat.OpenAsync(portal.Node.Url("/pay-sheets?month=2026-11", Host)), "/pay-sheets/approve");
        await PostAsync(secretariat, await secretariat.OpenAsync(portal.Node.Url("/pay-files", Host)), "/pay-files", ("on", "2026-12-25"));

        Assert.Equal(["Paid", "Paid"], [await pay.StatusAsync(doctor), await pay.StatusAsync(driver)]);
        var files = new List<Transfers>();
        foreach (var id in await portal.Database.ReadAllAsync<Guid>("SELECT id FROM billing.pay_file ORDER BY kind DESC"))
        {
            files.Add(TransferFile.Read((await pay.InAsync(services => services.GetRequiredService<PayOutHandler>().DownloadAsync(id, Cancellation), TestPay.One))!.Value.Content));
        }
        Assert.Equal(
            [(TransferKind.Salary, "1225", 21_856L), (TransferKind.General, "1225", 81_400L)], files.Select(file => (file.Kind, file.PayOn, file.Lines.Single().AmountYen)));
        Assert.Equal(-21_856 - 81_400, await pay.BalanceAsync(LedgerAccount.Bank));
        Assert.Equal(0, await pay.BalanceAsync(LedgerAccount.AccruedPay));
    }

    private static Guid Account(string key) => StableId.Of("setagaya", key);

    private async Task OnPhoneAsync(string who, string action, params (string Name, string Value)[] fields)
    {
        using var phone = await Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", Desk);
        await PostAsync(phone, await phone.OpenAsync(portal.Node.Url("/my-attendance", Desk)), action, fields);
    }

    private static async Task PostAsync(Browser browser, BrowserPage page, string action, params (string Name, string Value)[] fields)
    {
        var answer = await browser.PostAsync(page, action, fields);
        Assert.True(answer.Status == HttpStatusCode.SeeOther, $"{action}: {answer.Status} {answer.Refusal}");
    }
}
