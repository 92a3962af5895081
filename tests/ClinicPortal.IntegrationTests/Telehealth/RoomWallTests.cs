using System.Net;
using System.Net.WebSockets;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>Who gets into a room, who is heard in it, and what becomes of who does neither by right.</summary>
public sealed class RoomWallTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly object Hello = new { kind = "hello", page = "p", @for = (string?)null, body = (string?)null };

    private PortalNode Node => portal.Node;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutATicket_NothingIsAnswered()
    {
        using var nobody = new Browser(Node);
        await using var room = await RoomConnection.OpenAsync(Node, nobody, "setagaya.localhost");

        Assert.Contains("stale", (await room.InvokeAsync("Send", Guid.NewGuid(), Hello)).Error, StringComparison.Ordinal);
        Assert.Contains("stale", (await room.InvokeAsync("Arrive")).Error, StringComparison.Ordinal);
        Assert.Contains("stale", (await room.InvokeAsync("Report", new CallFigures(1, 1, 1, null, null, 0))).Error, StringComparison.Ordinal);
        foreach (var ticket in new[] { "", "CfDJ8", new string('x', 10_000), null })
        {
            Assert.NotNull((await room.InvokeAsync("Join", ticket)).Error);
        }
    }

    [Fact]
    public async Task Ticket_ThatWasUsed_OrIsTooOld_OrComesFromAnotherBrowser_OpensNothing()
    {
        var consultation = await BookedConsultation.BookAsync(Node, portal.Database);
        var other = await BookedConsultation.BookAsync(Node, portal.Database);
        using var patient = await ComeAsync(consultation, consultation.Patient);
        using var stranger = await ComeAsync(other, other.Patient);
        using var nobody = new Browser(Node);
        var ticket = await TicketAsync(patient, consultation);

        foreach (var altered in new[] { ticket[..^2], ticket[..^1] + (ticket[^1] == 'A' ? 'B' : 'A'), new string('A', 300) })
        {
            await using var tried = await RoomConnection.OpenAsync(Node, patient, consultation.Host);
            Assert.Contains("stale", (await tried.InvokeAsync("Join", altered)).Error, StringComparison.Ordinal);
        }
        foreach (var thief in new[] { stranger, nobody })
        {
            await using var tried = await RoomConnection.OpenAsync(Node, thief, consultation.Host);
            Assert.Contains("stale", (await tried.InvokeAsync("Join", ticket)).Error, StringComparison.Ordinal);
        }
        await using var first = await RoomConnection.OpenAsync(Node, patient, consultation.Host);
        Assert.Null(await first.JoinAsync(ticket));
        // A connection is one participant's, once and for all.
        Assert.Contains("stale", (await first.InvokeAsync("Join", await TicketAsync(patient, consultation))).Error, StringComparison.Ordinal);
        await using var second = await RoomConnection.OpenAsync(Node, patient, consultation.Host);
        Assert.Contains("stale", (await second.InvokeAsync("Join", ticket)).Error, StringComparison.Ordinal);

        var old = await TicketAsync(patient, consultation);
        portal.Clock.Advance(TimeSpan.FromSeconds(61));
        await using var late = await RoomConnection.OpenAsync(Node, patient, consultation.Host);
        Assert.Contains("stale", (await late.InvokeAsync("Join", old)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticket_IsGivenToTheDoctorOfTheConsultationAlone()
    {
        var consultation = await BookedConsultation.BookAsync(Node, portal.Database);
        foreach (var email in new[] { "clinic2.doctor@setagaya.example", "clinic1.doctor@koto.example" })
        {
            var host = email.EndsWith("koto.example", StringComparison.Ordinal) ? "koto.localhost" : consultation.Host;
            using var browser = await Browser.SignInAsync(Node, email, host);

            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Node.Url($"/consultations/{consultation.Id}/ticket", host))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Node.Url($"/consultations/{consultation.Id}", host))).Status);
        }
    }

    [Fact]
    public async Task WhoIsNotAdmitted_ReachesNobody_AndSeesNobodyButTheDoctor()
    {
        var consultation = await BookedConsultation.BookAsync(Node, portal.Database);
        var guest = await consultation.InviteAsync(ParticipantRole.Family, "娘 花子");
        using var patient = await ComeAsync(consultation, consultation.Patient);
        using var daughter = await ComeAsync(consultation, guest);
        await using var patients = await JoinAsync(patient, consultation);
        await using var daughters = await RoomConnection.OpenAsync(Node, daughter, consultation.Host);
        Assert.Null(await daughters.JoinAsync(await TicketAsync(daughter, consultation)));
        var doctor = await ParticipantAsync(consultation, ParticipantRole.Doctor);

        Assert.DoesNotContain(consultation.Patient.Participant.ToString(), $"{daughters.Welcome}", StringComparison.OrdinalIgnoreCase);
        foreach (var to in new[] { consultation.Patient.Participant, doctor, Guid.NewGuid() })
        {
            Assert.Contains("refused", (await daughters.InvokeAsync("Send", to, Hello)).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Participant_OfAnotherRoom_IsNotHeardHere()
    {
        var here = await BookedConsultation.BookAsync(Node, portal.Database);
        var there = await BookedConsultation.BookAsync(Node, portal.Database);
        var guest = await here.InviteAsync(ParticipantRole.Family, "娘 花子");
        foreach (var room in new[] { here, there })
        {
            await AdmitAllAsync(room);
        }
        using var patient = await ComeAsync(here, here.Patient);
        using var daughter = await ComeAsync(here, guest);
        using var stranger = await ComeAsync(there, there.Patient);
        await using var patients = await JoinAsync(patient, here);
        await using var daughters = await JoinAsync(daughter, here);
        await using var strangers = await JoinAsync(stranger, there);

        foreach (var kind in new[] { "hello", "bye" })
        {
            foreach (var to in new[] { here.Patient.Participant, guest.Participant, await ParticipantAsync(here, ParticipantRole.Doctor), strangers.Self })
            {
                Assert.Contains("refused", await strangers.SendAsync(to, kind), StringComparison.Ordinal);
            }
        }
        Assert.DoesNotContain(here.Patient.Participant.ToString(), $"{strangers.Welcome}", StringComparison.OrdinalIgnoreCase);
        Assert.Null((await daughters.InvokeAsync("Send", here.Patient.Participant, Hello)).Error);

        // The first that comes is of the own room.
        Assert.Equal(guest.Participant, await patients.SignalFromAsync());
    }

    [Fact]
    public async Task WhatIsSaidAndShown_IsReadByThoseInTheRoomAlone()
    {
        var (here, there) = (await BookedConsultation.BookAsync(Node, portal.Database), await BookedConsultation.BookAsync(Node, portal.Database));
        foreach (var room in new[] { here, there })
        {
            await AdmitAllAsync(room);
        }
        // Invited after the others were admitted: waits.
        var waiting = await here.InviteAsync(ParticipantRole.Family, "娘 花子");
        var photo = await here.ActAsync(async (db, now) =>
        {
            var self = await db.Participants.SingleAsync(p => p.Id == here.Patient.Participant, Cancellation);
            var shown = RoomMessage.Shown(self, new Photo("image/jpeg", [0xFF, 0xD8, 0xFF, 0xD9]), now);
            db.RoomMessages.AddRange(RoomMessage.Written(self, "右足の傷が赤い", now), shown);
            await db.SaveChangesAsync(Cancellation);
            return shown.Id;
        });
        using var patient = await ComeAsync(here, here.Patient);
        using var daughter = await ComeAsync(here, waiting);
        using var stranger = await ComeAsync(there, there.Patient);
        using var nobody = new Browser(Node);
        using var doctor = await Browser.SignInAsync(Node, "clinic1.doctor@setagaya.example", here.Host);
        using var colleague = await Browser.SignInAsync(Node, "clinic2.doctor@setagaya.example", here.Host);

        Assert.Contains("右足の傷", await ReadAsync(patient, "/join/room/chat"), StringComparison.Ordinal);
        Assert.Contains("右足の傷", await ReadAsync(doctor, $"/consultations/{here.Id}/chat"), StringComparison.Ordinal);
        foreach (var (who, path) in new[]
        {
            (daughter, "/join/room/chat"), (stranger, "/join/room/chat"), (nobody, "/join/room/chat"), (doctor, $"/consultations/{there.Id}/chat"),
            (colleague, $"/consultations/{here.Id}/chat"),
        })
        {
            Assert.DoesNotContain("右足の傷", await ReadAsync(who, path), StringComparison.Ordinal);
        }
        foreach (var (who, path, status) in new[]
        {
            (patient, $"/join/room/photos/{photo}", HttpStatusCode.OK), (doctor, $"/consultations/{here.Id}/photos/{photo}", HttpStatusCode.OK),
            (daughter, $"/join/room/photos/{photo}", HttpStatusCode.NotFound), (stranger, $"/join/room/photos/{photo}", HttpStatusCode.NotFound),
            (nobody, $"/join/room/photos/{photo}", HttpStatusCode.NotFound), (doctor, $"/consultations/{there.Id}/photos/{photo}", HttpStatusCode.NotFound),
            (colleague, $"/consultations/{here.Id}/photos/{photo}", HttpStatusCode.NotFound),
        })
        {
            Assert.Equal((path, status), (path, (await who.GetAsync(Node.Url(path, here.Host))).Status));
        }
        // Who waits says nothing either.
        var form = (await daughter.OpenAsync(Node.Url("/join/room", here.Host))).Form("/join/language");
        var said = await daughter.SendAsync(new HttpRequestMessage(HttpMethod.Post, Node.Url("/join/room/chat", here.Host)) { Content = new FormUrlEncodedContent(form.Append(new("text", "聞こえますか"))) });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, said.Status);
        Assert.DoesNotContain("聞こえますか", await ReadAsync(patient, "/join/room/chat"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkThatIsRevoked_EndsTheConnectionThatItOpened()
    {
        var consultation = await BookedConsultation.BookAsync(Node, portal.Database);
        using var patient = await ComeAsync(consultation, consultation.Patient);
        await using var room = await JoinAsync(patient, consultation);
        var another = await BookedConsultation.BookAsync(Node, portal.Database);
        using var other = await ComeAsync(another, another.Patient);
        await using var staying = await JoinAsync(other, another);

        await consultation.RevokeAsync(consultation.Patient);
        await Node.Services.GetRequiredService<RoomWatch>().CloseEndedAsync(Cancellation);

        await room.ClosedAsync();
        Assert.False(await staying.HasHeardAsync("over"));
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(Node.Url("/join/room/ticket", consultation.Host))).Status);
    }

    [Fact]
    public async Task Messages_ThatAreNone_OrTooMany_OrTooLarge_AreRefused_AndTheRoomGoesOn()
    {
        var consultation = await BookedConsultation.BookAsync(Node, portal.Database);
        var guest = await consultation.InviteAsync(ParticipantRole.Family, "娘 花子");
        await AdmitAllAsync(consultation);
        using var patient = await ComeAsync(consultation, consultation.Patient);
        using var daughter = await ComeAsync(consultation, guest);
        await using var patients = await JoinAsync(patient, consultation);
        await using var daughters = await JoinAsync(daughter, consultation);
        foreach (var message in new object?[]
        {
            null, new { }, new { kind = "shout", page = "p" }, new { kind = "record", page = "p" }, new { kind = "hello", page = "p", body = "something" }, new { kind = "offer", page = "p", body = (string?)null }, new { kind = "offer", page = new string('p', 200), body = "{}" },
            new { kind = "offer", page = "p", body = new string('x', SignalMessage.MaxBody + 1) }, 7, "hello",
        })
        {
            Assert.NotNull((await daughters.InvokeAsync("Send", consultation.Patient.Participant, message)).Error);
        }

        string? refusal = null;
        for (var sent = 0; sent < 600 && refusal is null; sent++)
        {
            refusal = (await daughters.InvokeAsync("Send", consultation.Patient.Participant, Hello)).Error;
        }

        Assert.Contains("refused", refusal, StringComparison.Ordinal);
        Assert.Null((await patients.InvokeAsync("Arrive")).Error);
        await daughters.BeginAsync("Send", new string('x', SignalMessage.MaxBody * 3));
        await daughters.ClosedAsync();
        Assert.Null((await patients.InvokeAsync("Arrive")).Error);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://koto.localhost")]
    [InlineData("http://koto.localhost:PORT")]
    [InlineData("null")]
    public async Task Page_OfAnotherHost_ConnectsNoRoom(string origin)
    {
        using var nobody = new Browser(Node);

        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => RoomConnection.OpenAsync(
            Node, nobody, "setagaya.localhost", origin.Replace("PORT", $"{Node.Port}", StringComparison.Ordinal)));

        Assert.Contains("403", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<string> ReadAsync(Browser browser, string path) => (await browser.GetAsync(Node.Url(path, "setagaya.localhost"))).Document.Body?.TextContent ?? "";

    /// <summary>Opens a link as its family does.</summary>
    private async Task<Browser> ComeAsync(BookedConsultation consultation, HandedLink link)
    {
        var browser = new Browser(Node);
        var page = await browser.OpenAsync(Node.Url(link.Path, consultation.Host));
        var opened = await browser.PostAsync(page, link.Path, ("birthDate", $"{link.BirthDate:yyyy-MM-dd}"), ("code", link.Code));
        Assert.Equal((HttpStatusCode.SeeOther, "/join"), (opened.Status, opened.Location!.AbsolutePath));
        return browser;
    }

    private async Task<string> TicketAsync(Browser browser, BookedConsultation consultation)
    {
        var ticket = await browser.GetAsync(Node.Url("/join/room/ticket", consultation.Host));
        Assert.Equal(HttpStatusCode.OK, ticket.Status);
        return ticket.Document.Body!.TextContent.Trim();
    }

    private async Task<RoomConnection> JoinAsync(Browser browser, BookedConsultation consultation)
    {
        var room = await RoomConnection.OpenAsync(Node, browser, consultation.Host);
        Assert.Null(await room.JoinAsync(await TicketAsync(browser, consultation)));
        return room;
    }

    private static Task<Guid> ParticipantAsync(BookedConsultation consultation, ParticipantRole role) => consultation.ActAsync((db, _) =>
        db.Participants.Where(p => p.AppointmentId == consultation.Id && p.Role == role).Select(p => p.Id).SingleAsync(Cancellation));

    private static Task<bool> AdmitAllAsync(BookedConsultation consultation) => consultation.ActAsync(async (db, now) =>
    {
        var appointment = await db.Appointments.SingleAsync(a => a.Id == consultation.Id, Cancellation);
        Assert.Null(appointment.Arrive(now));
        Assert.Null(appointment.Admit(0, now));
        foreach (var participant in await db.Participants.Where(p => p.AppointmentId == consultation.Id).ToListAsync(Cancellation))
        {
            participant.Arrive(now);
            participant.Admit(now);
        }
        await db.SaveChangesAsync(Cancellation);
        return true;
    });
}
