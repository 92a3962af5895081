using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A consultation that is given to another doctor is no longer the first one's, connected or not; and none is booked beyond the association's last day.</summary>
public sealed class MovedToAnotherDoctorTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = "setagaya.localhost";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    [Fact]
    public async Task Doctor_WhoIsConnected_IsShownOut_AndHearsNothingMore()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Host);
        var ticket = portal.Node.Url($"/consultations/{consultation.Id}/ticket", Host);
        await using var room = await RoomConnection.OpenAsync(portal.Node, doctor, Host);
        Assert.Null(await room.JoinAsync((await doctor.GetAsync(ticket)).Document.Body!.TextContent.Trim()));
        var unused = (await doctor.GetAsync(ticket)).Document.Body!.TextContent.Trim();

        var moved = await Evening.RunAsync(Evening.Clinic(), services => services.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(
            consultation.Id, Evening.Doctor("doctor1"), TestEvening.Monday18.AddDays(1), Cancellation));
        Assert.True(moved.Succeeded);

        Assert.Equal("removed", (await room.HearAsync("over"))[0].GetString());
        await room.ClosedAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(ticket)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(portal.Node.Url($"/consultations/{consultation.Id}", Host))).Status);
        // Nor by a ticket from before.
        await using var again = await RoomConnection.OpenAsync(portal.Node, doctor, Host);
        Assert.NotNull(await again.JoinAsync(unused));
        Assert.Equal(nameof(ParticipantState.Invited), await portal.Database.ReadAsync<string>("SELECT state FROM telehealth.participant WHERE appointment_id = $1 AND role = 'Doctor'", consultation.Id));
    }

    [Fact]
    public async Task Association_ThatCloses_IsBookedUntilItsLastDay()
    {
        var koto = new TestEvening(portal.Node, portal.Database, "koto");
        var patients = await koto.PatientsAsync();
        await portal.Database.ExecuteAsync("UPDATE app.tenant SET closes_on = '2026-11-24' WHERE id = $1", StableId.Of("tenant", "koto"));
        await portal.Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);

        Assert.True((await koto.BookAsync(koto.Clinic(), TestEvening.Wish(patients[0], koto.Doctor(), TestEvening.Monday18.AddDays(1)))).Succeeded);
        Assert.StartsWith("booking.not-free", (await koto.BookAsync(koto.Clinic(), TestEvening.Wish(patients[1], koto.Doctor(), TestEvening.Monday18.AddDays(2)))).Errors[0].Code, StringComparison.Ordinal);
    }
}
