using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>What passes in a consultation's room, on one node and across two. Who gets in and who does not: <see cref="RoomWallTests"/>.</summary>
public sealed class RoomHubTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly DateTimeOffset Now = NightClock.Start.ToUniversalTime();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Admitted_PatientAndDoctor_HearEachOther()
    {
        var consultation = await BookAsync();
        await using var patient = await PatientAsync(consultation);
        await using var doctor = await DoctorAsync(consultation);
        await AdmitAsync(consultation, patient);

        Assert.Null(await patient.SendAsync(doctor.Self));
        Assert.Equal(patient.Self, (await doctor.HearAsync("signal"))[0].GetGuid());
        Assert.Null(await doctor.SendAsync(patient.Self, "offer", "{\"type\":\"offer\",\"sdp\":\"v=0\"}"));
        var heard = await patient.HearAsync("signal");
        Assert.Equal(doctor.Self, heard[0].GetGuid());
        Assert.Equal("offer", heard[1].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Admitted_OnTwoNodes_HearEachOther_InOrder_AndNothingStaysBehind()
    {
        var other = await portal.StartNodeAsync();
        var consultation = await BookAsync();
        await using var patient = await PatientAsync(consultation, other);
        await using var doctor = await DoctorAsync(consultation);
        await AdmitAsync(consultation, patient);

        Assert.Null(await doctor.SendAsync(patient.Self, "offer", "{}"));
        for (var candidate = 0; candidate < 12; candidate++)
        {
            Assert.Null(await doctor.SendAsync(patient.Self, "candidate", $"{candidate}"));
        }
        Assert.Equal("offer", (await patient.HearAsync("signal"))[1].GetProperty("kind").GetString());
        for (var candidate = 0; candidate < 12; candidate++)
        {
            Assert.Equal($"{candidate}", (await patient.HearAsync("signal"))[1].GetProperty("body").GetString());
        }
        Assert.Null(await patient.SendAsync(doctor.Self, "answer", "{}"));
        Assert.Equal("answer", (await doctor.HearAsync("signal"))[1].GetProperty("kind").GetString());
        while (await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.signal") > 0)
        {
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Signal_ThatNobodyFetched_IsSweptAway_AndIsSealedUntilThen()
    {
        var consultation = await BookAsync();
        await using var patient = await PatientAsync(consultation);
        await using var doctor = await DoctorAsync(consultation);
        await AdmitAsync(consultation, patient);
        var guest = await consultation.InviteAsync(ParticipantRole.Family, "長女");
        // Admitted, but no page of theirs is connected to any node.
        await SetAsync(consultation, guest.Participant, p => p.Arrive(Now), p => p.Admit(Now));

        Assert.Null(await doctor.SendAsync(guest.Participant, "candidate", "192.0.2.7 is where I am"));

        var row = await portal.Database.ReadAsync<string>("SELECT encode(sealed_message, 'escape') FROM telehealth.signal WHERE recipient_id = $1", guest.Participant);
        Assert.DoesNotContain("192.0.2.7", row, StringComparison.Ordinal);
        var night = portal.Clock.Now;
        try
        {
            portal.Clock.Advance(TimeSpan.FromMinutes(3));
            await Watch(portal.Node).SweepAsync(Cancellation);
        }
        finally
        {
            portal.Clock.Now = night;
        }
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.signal WHERE recipient_id = $1", guest.Participant));
    }

    [Fact]
    public async Task Waiting_PatientSendsNothing_AndIsToldNobodysName()
    {
        var consultation = await BookAsync();
        var guest = await consultation.InviteAsync(ParticipantRole.Nurse, "看護 花子");
        await using var patient = await PatientAsync(consultation);
        await using var doctor = await DoctorAsync(consultation);

        Assert.NotNull(await patient.SendAsync(doctor.Self));
        Assert.NotNull(await doctor.SendAsync(patient.Self));
        Assert.NotNull(await doctor.SendAsync(guest.Participant));
        Assert.False(await doctor.HasHeardAsync("signal"));
        Assert.False(await patient.HasHeardAsync("signal"));
        Assert.DoesNotContain("看護", patient.Welcome.GetRawText(), StringComparison.Ordinal);

        // That somebody has come along is told at once, who it is by the patient's page, and to nobody else's.
        await SetAsync(consultation, guest.Participant, p => p.Arrive(Now));
        var state = (await patient.HearAsync("state"))[0];
        while (state.GetProperty("companions").GetInt32() == 0)
        {
            state = (await patient.HearAsync("state"))[0];
        }
        Assert.DoesNotContain("看護", state.GetRawText(), StringComparison.Ordinal);
        foreach (var (link, isTold) in new[] { (await consultation.LinkAsync(consultation.Patient.Participant, consultation.Patient.BirthDate), true), (guest, false) })
        {
            using var browser = await OpenLinkAsync(consultation, link);
            var page = (await browser.GetAsync(portal.Node.Url("/join/room/waiting", consultation.Host))).Document.Body!.TextContent;
            Assert.Equal(isTold, page.Contains("看護 花子", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Ticket_OfAnotherAssociation_OpensNothing_NorItsPagesOnThisHost()
    {
        var (setagaya, koto) = (await BookAsync(), await BookedConsultation.BookAsync(portal.Node, portal.Database, "koto"));
        using var family = await OpenLinkAsync(setagaya, setagaya.Patient);
        using var foreign = await OpenLinkAsync(koto, koto.Patient);
        var ticket = await TicketAsync(foreign, koto);

        Assert.Contains("stale", await RefusalAsync(portal.Node, family, setagaya.Host, ticket), StringComparison.Ordinal);
        foreign.SetCookie(setagaya.Host, "__Host-visitor", foreign.Cookie(koto.Host, "__Host-visitor")!);
        Assert.Contains("stale", await RefusalAsync(portal.Node, foreign, setagaya.Host, ticket), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await foreign.GetAsync(portal.Node.Url("/join/room", setagaya.Host))).Status);
    }

    [Fact]
    public async Task Removed_Guest_IsCutOnTheOtherNode_AndComesInByNoLinkAgain()
    {
        var other = await portal.StartNodeAsync();
        var consultation = await BookAsync();
        await using var patient = await PatientAsync(consultation);
        await using var doctor = await DoctorAsync(consultation);
        await AdmitAsync(consultation, patient);
        var link = await consultation.InviteAsync(ParticipantRole.Family, "長女");
        using var browser = await OpenLinkAsync(consultation, link);
        await using var guest = await JoinAsync(other, browser, consultation);
        await SetAsync(consultation, link.Participant, p => p.Arrive(Now), p => p.Admit(Now));
        Assert.Null(await guest.SendAsync(doctor.Self));

        await SetAsync(consultation, link.Participant, p => p.Remove(Now));

        Assert.Equal("removed", (await guest.HearAsync("over"))[0].GetString());
        await guest.ClosedAsync();
        Assert.NotNull(await doctor.SendAsync(link.Participant));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(portal.Node.Url("/join/room/ticket", consultation.Host))).Status);
    }

    [Fact]
    public async Task SecondPage_OfAParticipant_TakesOver_AcrossNodes()
    {
        var other = await portal.StartNodeAsync();
        var consultation = await BookAsync();
        using var family = await OpenLinkAsync(consultation, consultation.Patient);
        await using var first = await JoinAsync(portal.Node, family, consultation);
        await using var second = await JoinAsync(other, family, consultation);

        Assert.Equal("elsewhere", (await first.HearAsync("over"))[0].GetString());
        Assert.False(await second.HasHeardAsync("over"));
    }

    [Fact]
    public async Task Doctor_AdmitsNobody_WhileAGateIsOpen()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database, gatesMet: false);
        await using var patient = await PatientAsync(consultation);
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", consultation.Host);
        var page = await doctor.OpenAsync(portal.Node.Url($"/consultations/{consultation.Id}", consultation.Host));

        var refused = await doctor.PostAsync(page, $"/consultations/{consultation.Id}/admit");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("Waiting", await portal.Database.ReadAsync<string>("SELECT state FROM telehealth.participant WHERE id = $1", patient.Self));
    }

    [Fact]
    public async Task Figures_OfACall_AreKept_AndUnbelievableOnesAreNot()
    {
        var consultation = await BookAsync();
        await using var patient = await PatientAsync(consultation);

        Assert.Null((await patient.InvokeAsync("Report", new { firstFrameMs = 420, roundTripMs = 31, lossPermille = 2, candidate = "Relay", protocol = "Udp", reconnects = 1 })).Error);
        Assert.NotNull((await patient.InvokeAsync("Report", new { firstFrameMs = -1, roundTripMs = 31, lossPermille = 2, candidate = "Relay", protocol = "Udp", reconnects = 1 })).Error);
        Assert.NotNull((await patient.InvokeAsync("Report", new { firstFrameMs = 1, roundTripMs = 31, lossPermille = 2000, candidate = "Pigeon", protocol = "Udp", reconnects = 1 })).Error);

        Assert.Equal("420 31 2 Relay Udp 1", await portal.Database.ReadAsync<string>(
            "SELECT concat_ws(' ', first_frame_ms, round_trip_ms, loss_permille, candidate, protocol, reconnects) FROM telehealth.call_statistics WHERE participant_id = $1", patient.Self));
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", consultation.Host);
        var shown = (await secretariat.OpenAsync(portal.Node.Url("/consultations/statistics", consultation.Host))).Document.Body!.TextContent;
        Assert.Contains("31 ms", shown, StringComparison.Ordinal);
    }

    private static RoomWatch Watch(PortalNode node) => node.Services.GetRequiredService<RoomWatch>();

    private Task<BookedConsultation> BookAsync() => BookedConsultation.BookAsync(portal.Node, portal.Database);

    private Task<Browser> OpenLinkAsync(BookedConsultation consultation, HandedLink link) => consultation.OpenAsync(portal.Node, link);

    private async Task<string> TicketAsync(Browser browser, BookedConsultation consultation) => await TicketAsync(portal.Node, browser, consultation, "/join/room/ticket");

    private static async Task<string> TicketAsync(PortalNode node, Browser browser, BookedConsultation consultation, string path)
    {
        var page = await browser.GetAsync(node.Url(path, consultation.Host));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return page.Document.Body!.TextContent.Trim();
    }

    private async Task<string> RefusalAsync(PortalNode node, Browser browser, string host, string ticket)
    {
        await using var connection = await RoomConnection.OpenAsync(node, browser, host);
        return await connection.JoinAsync(ticket) ?? "joined";
    }

    private static async Task<RoomConnection> JoinAsync(PortalNode node, Browser signedIn, BookedConsultation consultation, string? path = null)
    {
        using var browser = signedIn.On(node);
        var connection = await RoomConnection.OpenAsync(node, browser, consultation.Host);
        Assert.Null(await connection.JoinAsync(await TicketAsync(node, browser, consultation, path ?? "/join/room/ticket")));
        return connection;
    }

    /// <summary>In the waiting room.</summary>
    private async Task<RoomConnection> PatientAsync(BookedConsultation consultation, PortalNode? node = null)
    {
        using var browser = await OpenLinkAsync(consultation, consultation.Patient);
        var connection = await JoinAsync(node ?? portal.Node, browser, consultation);
        Assert.Null((await connection.InvokeAsync("Arrive")).Error);
        return connection;
    }

    private async Task<RoomConnection> DoctorAsync(BookedConsultation consultation)
    {
        using var browser = await Browser.SignInAsync(portal.Node, $"clinic1.doctor@{consultation.Association}.example", consultation.Host);
        return await JoinAsync(portal.Node, browser, consultation, $"/consultations/{consultation.Id}/ticket");
    }

    private static Task AdmitAsync(BookedConsultation consultation, RoomConnection patient) => consultation.ActAsync(async (db, now) =>
    {
        Assert.Null((await db.Appointments.SingleAsync(a => a.Id == consultation.Id)).Admit(0, now));
        Assert.Null((await db.Participants.SingleAsync(p => p.Id == patient.Self)).Admit(now));
        return await db.SaveChangesAsync();
    });

    private static Task SetAsync(BookedConsultation consultation, Guid participant, params Action<Participant>[] steps) => consultation.ActAsync(async (db, _) =>
    {
        var found = await db.Participants.SingleAsync(p => p.Id == participant);
        foreach (var step in steps)
        {
            step(found);
        }
        return await db.SaveChangesAsync();
    });
}
