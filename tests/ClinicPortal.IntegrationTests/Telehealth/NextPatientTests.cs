using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A doctor sees one patient at a time, and moves on to the next.</summary>
public sealed class NextPatientTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task MoveOn_SendsThePresentPatientBack_AndLeadsToTheNext_WhoIsAdmittedThere()
    {
        var (first, second) = (await WaitingAsync(), await WaitingAsync());
        using var doctor = await Browser.SignInAsync(portal.Node, $"clinic1.doctor@{first.Association}.example", first.Host);
        Assert.Equal(HttpStatusCode.SeeOther, (await StepAsync(doctor, first, "admit")).Status);

        var moved = await doctor.PostAsync(await RoomAsync(doctor, first), $"/consultations/{first.Id}/next", ("next", $"{second.Id}"));

        Assert.Equal((HttpStatusCode.SeeOther, $"/consultations/{second.Id}"), (moved.Status, moved.Location?.AbsolutePath));
        Assert.Equal(("Arrived", "Waiting"), await StateAsync(first));
        Assert.Equal(HttpStatusCode.SeeOther, (await StepAsync(doctor, second, "admit")).Status);
        Assert.Equal(("InProgress", "Admitted"), await StateAsync(second));
    }

    [Fact]
    public async Task Admit_WhileAnotherIsInside_SendsThatOneBack_ButNotOneWhoIsOnThePhone()
    {
        var (inside, phoned, next) = (await WaitingAsync(), await WaitingAsync(), await WaitingAsync());
        using var doctor = await Browser.SignInAsync(portal.Node, $"clinic1.doctor@{inside.Association}.example", inside.Host);
        Assert.Equal(HttpStatusCode.SeeOther, (await StepAsync(doctor, phoned, "phone")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await StepAsync(doctor, inside, "admit")).Status);
        var room = await RoomAsync(doctor, next);
        var name = await portal.Database.ReadAsync<string>("SELECT patient_name FROM telehealth.appointment WHERE id = $1", inside.Id);
        Assert.Contains($"診察中の {name} さんは、入れると待合室に戻ります", room.Document.GetElementById("people")!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await StepAsync(doctor, next, "admit")).Status);

        Assert.Equal(("Arrived", "Waiting"), await StateAsync(inside));
        Assert.Equal("InProgress", (await StateAsync(phoned)).Appointment);
        Assert.Equal(("InProgress", "Admitted"), await StateAsync(next));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.appointment_event WHERE appointment_id = $1 AND kind = 'ReturnedToWaiting'", inside.Id));
    }

    [Fact]
    public async Task MoveOn_ToSomebodyWhoDoesNotWait_IsRefused_AndNobodyIsSentBack()
    {
        var (inside, booked) = (await WaitingAsync(), await BookedConsultation.BookAsync(portal.Node, portal.Database));
        using var doctor = await Browser.SignInAsync(portal.Node, $"clinic1.doctor@{inside.Association}.example", inside.Host);
        Assert.Equal(HttpStatusCode.SeeOther, (await StepAsync(doctor, inside, "admit")).Status);
        var waiting = await WaitingAsync();
        var room = await RoomAsync(doctor, inside);
        await waiting.ActAsync(async (db, now) =>
        {
            Assert.Null((await db.FindAsync<Appointment>(TenantOf(waiting), waiting.Id))!.Cancel("帰宅", now));
            return await db.SaveChangesAsync();
        });

        foreach (var gone in new[] { waiting, booked })
        {
            var refused = await doctor.PostAsync(room, $"/consultations/{inside.Id}/next", ("next", $"{gone.Id}"), ("idempotency-key", Guid.NewGuid().ToString("N")));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        }
        Assert.Equal("InProgress", (await StateAsync(inside)).Appointment);
    }

    private static Guid TenantOf(BookedConsultation consultation) => StableId.Of("tenant", consultation.Association);

    /// <summary>A patient who is in the waiting room.</summary>
    private async Task<BookedConsultation> WaitingAsync()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        await consultation.ActAsync(async (db, now) =>
        {
            var tenant = TenantOf(consultation);
            Assert.Null((await db.FindAsync<Appointment>(tenant, consultation.Id))!.Arrive(now));
            Assert.Null((await db.FindAsync<Participant>(tenant, consultation.Patient.Participant))!.Arrive(now));
            return await db.SaveChangesAsync();
        });
        return consultation;
    }

    private async Task<(string Appointment, string Patient)> StateAsync(BookedConsultation of) => (
        await portal.Database.ReadAsync<string>("SELECT status FROM telehealth.appointment WHERE id = $1", of.Id),
        await portal.Database.ReadAsync<string>("SELECT state FROM telehealth.participant WHERE id = $1", of.Patient.Participant));

    private Task<BrowserPage> RoomAsync(Browser doctor, BookedConsultation of) => doctor.OpenAsync(portal.Node.Url($"/consultations/{of.Id}", of.Host));

    private async Task<BrowserPage> StepAsync(Browser doctor, BookedConsultation of, string step) =>
        await doctor.PostAsync(await RoomAsync(doctor, of), $"/consultations/{of.Id}/{step}");
}
