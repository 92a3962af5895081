using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Doctors of a clinic that leaves or is suspended are booked until then and no longer.</summary>
public sealed class LeavingClinicTests(PortalPostgres postgres) : IAsyncLifetime
{
    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Theory]
    [InlineData("leave", "2026-11-24")]
    [InlineData("suspend", "2026-11-25")]
    public async Task Doctors_AreBookableUntilTheLastDay_AndWhatIsBookedAfterIt_TheSecretariatIsShown(string change, string on)
    {
        var patients = await Evening.PatientsAsync();
        var later = (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(patients[0], Evening.Doctor(), TestEvening.Monday18.AddDays(3)))).Value;
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Evening.Host);
        var path = $"/members/{StableId.Of("setagaya", "clinic1")}";
        var before = await secretariat.OpenAsync(portal.Node.Url($"{path}/membership", Evening.Host));
        Assert.DoesNotContain(later.Number, before.Document.Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await secretariat.PostAsync(before, $"{path}/{change}", ("on", on), ("reason", "閉院"))).Status);

        var shown = (await secretariat.OpenAsync(portal.Node.Url($"{path}/membership", Evening.Host))).Document.QuerySelector("main")!.TextContent;
        Assert.Contains(later.Number, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(later.PatientName, shown, StringComparison.Ordinal);
        Assert.True((await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(patients[1], Evening.Doctor(), TestEvening.Monday18.AddDays(1)))).Succeeded);
        Assert.Equal("booking.clinic-outside", (await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(patients[2], Evening.Doctor(), TestEvening.Monday18.AddDays(2)))).Errors[0].Code);
        Assert.Equal("booking.clinic-outside", (await Evening.RunAsync(Evening.Clinic(), services =>
            services.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(later.Id, null, TestEvening.Monday18.AddDays(2), Cancellation))).Errors[0].Code);
        // To a day before it can be brought forward, and to the association's own doctor moved.
        Assert.True((await Evening.RunAsync(Evening.Clinic(), services =>
            services.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(later.Id, Evening.Doctor("doctor1"), TestEvening.Monday18.AddDays(2), Cancellation))).Succeeded);
        using var clinic = portal.Node.Api("demo.setagaya.clinic1");
        var days = (await clinic.GetAsync($"/api/v1/slots?service=followUp&practitionerId={Evening.Doctor()}&from=2026-11-23&until=2026-11-30")).Expect(HttpStatusCode.OK).Body
            .EnumerateArray().Select(slot => slot.GetProperty("start").GetDateTimeOffset().ToOffset(TimeSpan.FromHours(9)).Day).Distinct();
        Assert.Equal([23, 24], days);
    }

    [Fact]
    public async Task AfterTheLastDay_TheDoctorIsNotOffered_AndFreedTimeIsOfferedToNobody()
    {
        await portal.Database.ExecuteAsync("UPDATE associations.member_clinic SET leaves_on = '2026-11-21' WHERE id = $1", StableId.Of("setagaya", "clinic1"));
        var patient = await Evening.PatientAsync();

        var choices = await Evening.ReadAsync(Evening.Clinic(), services => services.GetRequiredService<Modules.Telehealth.BookAppointment.ShowBooking>().HandleAsync(
            patient, "followUp", null, Shared.Http.FormState.Empty, Shared.Http.FormState.Empty, Cancellation));

        Assert.DoesNotContain(choices!.Doctors, d => d.Id == Evening.Doctor());
        Assert.Contains(choices.Doctors, d => d.Id == Evening.Doctor("doctor1"));
        Assert.All(choices.Week.Days.SelectMany(day => day.Doctors), d => Assert.NotEqual(Evening.Doctor(), d.Doctor.Id));
        // Another association's clinic of the same number is not meant.
        var koto = new TestEvening(portal.Node, portal.Database, "koto");
        Assert.True((await koto.BookAsync(koto.Clinic(), TestEvening.Wish(await koto.PatientAsync(), koto.Doctor(), TestEvening.Monday18))).Succeeded);
    }
}
