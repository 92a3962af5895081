using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Wishes of the waiting list as a family fills them in, and hours that a doctor opens for some services only.</summary>
public sealed class WaitingWishTests(PortalPostgres postgres) : IAsyncLifetime
{
    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Wish_ForWeekdaysAndHours_IsKeptShownAndOfferedNothingElse()
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Evening.Host);
        var patient = await Evening.PatientAsync(number: 5);
        var (path, form) = ($"/patients/{patient}/book", $"/patients/{patient}/waiting");
        var wrong = await clinic.PostAsync(await clinic.OpenAsync(Url(path)), form, ("waitFrom", "2026-11-23"), ("waitUntil", "2026-11-30"), ("waitFromTime", "19:30"), ("waitUntilTime", "19:00"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.NotNull(wrong.Document.GetElementById("waitUntilTime-message"));

        var joined = await clinic.PostAsync(
            wrong, form, ("waitFrom", "2026-11-23"), ("waitUntil", "2026-11-30"), ("waitFromTime", "19:00"), ("waitUntilTime", "19:30"), ("weekday.Monday", "true"), ("weekday.Wednesday", "true"), ("phone", "090-1111-2222"));
        Assert.True(joined.Status == HttpStatusCode.SeeOther, joined.Document.QuerySelector("main")?.TextContent);
        var listed = (await clinic.OpenAsync(Url("/appointments"))).Document.QuerySelector("main")!.TextContent;
        Assert.Contains("月曜・水曜 19:00–19:30", listed, StringComparison.Ordinal);

        // Tuesday at a wished hour, Monday before and after it: none of them fits.
        foreach (var at in new[] { TestEvening.Monday18.AddDays(1).AddMinutes(60), TestEvening.Monday18, TestEvening.Monday18.AddMinutes(100) })
        {
            await FreeAsync(at);
            Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.waiting_offer"));
        }
        await FreeAsync(TestEvening.Monday18.AddMinutes(60));
        Assert.Equal(TestEvening.Monday18.AddMinutes(60).UtcDateTime, await portal.Database.ReadAsync<DateTime>("SELECT starts_at FROM telehealth.waiting_offer"));
    }

    [Fact]
    public async Task OpenedHours_ForOneService_AreOfferedForItAlone()
    {
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Evening.Host);
        var path = $"/availability/{Evening.Doctor()}";
        var opened = await doctor.PostAsync(
            await doctor.OpenAsync(Url(path)), $"{path}/exceptions", ("day", "2026-11-28"), ("kind", "Open"), ("exceptStarts", "10:00"), ("exceptEnds", "11:00"), ("except-service.firstVisit", "true"));
        Assert.True(opened.Status == HttpStatusCode.SeeOther, opened.Refusal);
        Assert.Contains("初診", (await doctor.OpenAsync(Url(path))).Document.QuerySelector("section[aria-labelledby=exceptions-title]")!.TextContent, StringComparison.Ordinal);
        var forged = await doctor.PostAsync(
            await doctor.OpenAsync(Url(path)), $"{path}/exceptions", ("day", "2026-11-29"), ("kind", "Open"), ("exceptStarts", "10:00"), ("exceptEnds", "11:00"), ("except-service.surgery", "true"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, forged.Status);

        using var api = portal.Node.Api("demo.setagaya.clinic1");
        Assert.Equal(1, await CountAsync("firstVisit"));
        Assert.Equal(0, await CountAsync("followUp"));

        async Task<int> CountAsync(string service) => (await api.GetAsync($"/api/v1/slots?service={service}&practitionerId={Evening.Doctor()}&from=2026-11-28&until=2026-11-28"))
            .Expect(HttpStatusCode.OK).Body.GetArrayLength();
    }

    private Uri Url(string path) => portal.Node.Url(path, Evening.Host);

    /// <summary>A time is booked and given back.</summary>
    private async Task FreeAsync(DateTimeOffset at)
    {
        var booked = await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: 9), Evening.Doctor(), at));
        Assert.True(booked.Succeeded, booked.Succeeded ? "" : booked.Errors[0].Code);
        Assert.True((await Evening.RunAsync(Evening.Clinic(), services => services.GetRequiredService<ChangeAppointmentHandler>().CancelAsync(booked.Value.Id, "都合", Cancellation))).Succeeded);
        await Evening.DoWorkAsync(portal.Clock);
    }
}
