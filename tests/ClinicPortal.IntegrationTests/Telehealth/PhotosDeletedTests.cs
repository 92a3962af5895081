using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>What becomes of pictures when there is no consultation, and that they stay where there was one.</summary>
public sealed class PhotosDeletedTests(PortalPostgres postgres) : IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 0];

    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Cancelled_OrMissed_LosesItsPictures_AndKeepsItsWords()
    {
        var (cancelled, missed) = (await BookAsync(0), await BookAsync(20, 1));
        var changes = Evening.RunAsync(Evening.Clinic(), services => services.GetRequiredService<ChangeAppointmentHandler>().CancelAsync(cancelled, "入院", Cancellation));
        Assert.True((await changes).Succeeded);
        portal.Clock.Now = TestEvening.Monday18.AddHours(2);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(("Cancelled", "NoShow"), (await Evening.StatusAsync(cancelled), await Evening.StatusAsync(missed)));
        foreach (var appointment in new[] { cancelled, missed })
        {
            Assert.Equal((0, 0, 1), await LeftAsync(appointment));
            Assert.NotEmpty(await portal.Database.AuditAsync("action = 'Changed' AND record_kind = 'appointment' AND role = 'portal' AND $1 = ANY (record_ids)", appointment));
        }
    }

    [Fact]
    public async Task BegunByANote_OrHeld_KeepsWhatWasShown_ButNoDocument()
    {
        var (noted, held) = (await BookAsync(0), await BookAsync(20, 1));
        await ActAsync(noted, (db, a) => db.Add(ConsultationNote.Begin(a, Evening.Clinic(), portal.Clock.Now)));
        Assert.True((await Evening.RunAsync(Evening.Clinic(), services => services.GetRequiredService<ChangeAppointmentHandler>().CancelAsync(noted, "中止", Cancellation))).Succeeded);
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Evening.Host);
        await ActAsync(held, (_, a) => Assert.Null(a.SwitchToPhone(portal.Clock.Now)));
        var page = await doctor.OpenAsync(portal.Node.Url($"/consultations/{held}/people", Evening.Host));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await doctor.PostAsync(page, $"/consultations/{held}/end")).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal((0, 1, 1), await LeftAsync(noted));
        Assert.Equal((0, 1, 1), await LeftAsync(held));
    }

    [Fact]
    public async Task WhatWasSaid_IsReadByTheClinicOnceTheConsultationIsOver_AndByNoOther()
    {
        var held = await BookAsync(0);
        var (chat, appointment) = (portal.Node.Url($"/consultations/{held}/chat", Evening.Host), portal.Node.Url($"/appointments/{held}", Evening.Host));
        await ActAsync(held, (_, a) => Assert.Null(a.SwitchToPhone(portal.Clock.Now)));
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Evening.Host);
        using var staff = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Evening.Host);
        using var stranger = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Evening.Host);
        Assert.Null((await staff.OpenAsync(appointment)).Document.QuerySelector("turbo-frame#chat"));
        Assert.DoesNotContain("ここが赤いです", (await staff.OpenAsync(chat)).Document.DocumentElement.TextContent, StringComparison.Ordinal);
        var page = await doctor.OpenAsync(portal.Node.Url($"/consultations/{held}/people", Evening.Host));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await doctor.PostAsync(page, $"/consultations/{held}/end")).Status);

        Assert.NotNull((await staff.OpenAsync(appointment)).Document.QuerySelector("turbo-frame#chat"));
        var read = await staff.OpenAsync(chat);
        Assert.Contains("ここが赤いです", read.Document.DocumentElement.TextContent, StringComparison.Ordinal);
        var photo = Assert.Single(read.Document.QuerySelectorAll(".room-lines img")).GetAttribute("src")!;
        Assert.Equal(System.Net.HttpStatusCode.OK, (await staff.GetAsync(portal.Node.Url(photo, Evening.Host))).Status);
        Assert.NotEmpty(await portal.Database.AuditAsync("record_kind = 'room-message' AND role = 'clinic-staff' AND action = 'Opened'"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await stranger.GetAsync(chat)).Status);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await stranger.GetAsync(portal.Node.Url(photo, Evening.Host))).Status);
    }

    [Fact]
    public async Task Database_LetsNobodyDeleteWhatWasSaid_NorWhatWasShownInAConsultation()
    {
        var booked = await BookAsync(0);
        foreach (var sql in new[] { "DELETE FROM telehealth.room_message WHERE sealed_photo IS NOT NULL", "DELETE FROM telehealth.room_message WHERE sealed_text IS NOT NULL" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ActAsync(booked, async (db, a) => await db.Database.ExecuteSqlRawAsync(sql, Cancellation)));
            Assert.Equal(PostgresErrorCodes.IntegrityConstraintViolation, refused.SqlState);
        }
        Assert.Equal((1, 1, 1), await LeftAsync(booked));
    }

    /// <summary>Booked, with a photo of a document, a photo that was shown in the room, and a word.</summary>
    private async Task<Guid> BookAsync(int minutes, int patient = 0)
    {
        var booked = await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: patient), Evening.Doctor(), TestEvening.Monday18.AddMinutes(minutes)));
        Assert.True(booked.Succeeded);
        await ActAsync(booked.Value.Id, async (db, a) =>
        {
            var self = await db.Participants.SingleAsync(p => p.AppointmentId == a.Id && p.Role == ParticipantRole.Patient, Cancellation);
            db.AddRange(
                IdentityDocument.Upload(a, Jpeg, portal.Clock.Now).Value, RoomMessage.Shown(self, new Photo("image/jpeg", Jpeg), portal.Clock.Now), RoomMessage.Written(self, "ここが赤いです", portal.Clock.Now));
        });
        return booked.Value.Id;
    }

    private Task ActAsync(Guid appointment, Action<Modules.Telehealth.Data.TelehealthContext, Appointment> work) => ActAsync(appointment, (db, a) =>
    {
        work(db, a);
        return Task.CompletedTask;
    });

    private async Task ActAsync(Guid appointment, Func<Modules.Telehealth.Data.TelehealthContext, Appointment, Task> work)
    {
        var done = await Evening.RunAsync(Shared.Access.CurrentUser.Portal, async services =>
        {
            var db = services.GetRequiredService<Modules.Telehealth.Data.TelehealthContext>();
            await work(db, await db.Appointments.SingleAsync(a => a.Id == appointment, Cancellation));
            await db.SaveChangesAsync(Cancellation);
            return Shared.Results.Result<bool>.Of(true);
        });
        Assert.True(done.Succeeded);
    }

    private async Task<(long Documents, long Photos, long Words)> LeftAsync(Guid appointment) => (
        await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.identity_document WHERE appointment_id = $1", appointment),
        await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.room_message WHERE appointment_id = $1 AND sealed_photo IS NOT NULL", appointment),
        await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.room_message WHERE appointment_id = $1 AND sealed_text IS NOT NULL", appointment));
}
