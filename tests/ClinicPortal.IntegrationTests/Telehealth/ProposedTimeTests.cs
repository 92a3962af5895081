using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A time is proposed, and whoever asked answers: by the link, or for a resident where facilities sign in. Each test has a patient and times of its own.</summary>
public sealed class ProposedTimeTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    private TestFamily Families => new(portal);

    private Guid Doctor => Evening.Doctor();

    [Fact]
    public async Task OtherTimeOfTheClinic_IsAgreedToByItsLink_AndCertainAtOnce()
    {
        var (asked, family, mail) = await ProposeAsync(0);
        using var agreeing = family;
        using var clinic = await Families.ClinicAsync();
        Assert.Contains("患者さんの返事待ち", await Families.TextAsync(clinic, $"/appointments/{asked}"), StringComparison.Ordinal);
        var page = await Families.OpenAsync(family, "/join/appointment");
        Assert.Contains("11月23日(月) 19:00", page.Document.Body!.TextContent, StringComparison.Ordinal);
        // There is no room before it is certain.
        Assert.Equal("/join/appointment", (await family.GetAsync(Families.Url("/join/room"))).Location!.AbsolutePath);

        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(page, "/join/agree")).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("Booked", await Evening.StatusAsync(asked));
        Assert.Contains("確定しました", portal.Database.Mails.To(TestFamily.ClinicMail).Last().Subject, StringComparison.Ordinal);
        Assert.Contains("BEGIN:VCALENDAR", portal.Database.Mails.To(mail).Last().Calendar, StringComparison.Ordinal);
        Assert.Contains("ご返事をいただきました", await Families.TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await family.PostAsync(page, "/join/agree", (FormState.KeyField, Guid.NewGuid().ToString("N")))).Status);
    }

    [Fact]
    public async Task OtherTimeOfTheClinic_IsRefusedWithAWord_AndAskedForAnew()
    {
        var (asked, family, mail) = await ProposeAsync(1);
        using var refusing = family;
        var page = await Families.OpenAsync(family, "/join/appointment");
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Families.Url("/join/again"))).Status);

        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(page, "/join/refuse", ("reason", "その時間は通院です"))).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("Cancelled", await Evening.StatusAsync(asked));
        var told = portal.Database.Mails.To(TestFamily.ClinicMail).Last();
        Assert.Contains("見送られました", told.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("通院", told.Text, StringComparison.Ordinal);
        using var clinic = await Families.ClinicAsync();
        Assert.Contains("その時間は通院です", await Families.TextAsync(clinic, $"/appointments/{asked}"), StringComparison.Ordinal);

        var again = await Families.OpenAsync(family, "/join/again");
        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(again, "/join/again", ("slot", TestEvening.SlotOf(again, Doctor, "202611240920")))).Status);
        Assert.Contains("11月24日(火) 18:20 の申し込みを受け付けました", await Families.TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains("申し込みを受け付けました", portal.Database.Mails.To(mail).Last().Subject, StringComparison.Ordinal);
        Assert.Contains("申し込みが届きました", portal.Database.Mails.To(TestFamily.ClinicMail).Last().Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherTimeOfTheClinic_IsAnsweredWithAThird_WhichTheClinicConfirms()
    {
        var (asked, family, _) = await ProposeAsync(2);
        using var choosing = family;

        await Families.MoveAsync(family, "/join", "202611240940", "火曜なら");
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(("Proposed", 2), (await Evening.StatusAsync(asked), await Families.SequenceAsync(asked)));
        Assert.Contains("申し込みが届きました", portal.Database.Mails.To(TestFamily.ClinicMail).Last().Subject, StringComparison.Ordinal);
        Assert.Contains("医療機関の返事をお待ちください", await Families.TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        Assert.True((await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().AcceptAsync(asked, Cancellation))).Succeeded);
        Assert.Equal("Booked", await Evening.StatusAsync(asked));
    }

    [Fact]
    public async Task LinkThatAsksForTimes_ChangesWhatWasAskedForByIt_AndNothingElse()
    {
        var patient = await Evening.PatientAsync(number: 3);
        using var family = await Families.OpenPatientLinkAsync(patient);
        var book = await Families.OpenAsync(family, "/book");
        await family.PostAsync(book, "/book", ("slot", TestEvening.SlotOf(book, Doctor, "202611250900")), ("email", "link@example.jp"));
        var own = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.appointment WHERE patient_id = $1", patient);
        var foreign = await BookAsync(4, TestEvening.Monday18.AddDays(2).AddMinutes(40), "followUp");

        await Families.MoveAsync(family, $"/book/{own}", "202611250920", null);
        Assert.Equal(("Proposed", 1), (await Evening.StatusAsync(own), await Families.SequenceAsync(own)));
        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(await Families.OpenAsync(family, $"/book/{own}"), $"/book/{own}/cancel")).Status);
        Assert.Equal("Cancelled", await Evening.StatusAsync(own));

        var form = (await Families.OpenAsync(family, "/book")).Form("/book");
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Families.Url($"/book/{foreign.Id}"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Families.Url($"/book/{foreign.Id}/move"))).Status);
        foreach (var step in new[] { "cancel", "confirm", "agree", "refuse", "move" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Families.SendAsync(family, $"/book/{foreign.Id}/{step}", form, (FormState.KeyField, Guid.NewGuid().ToString("N")))).Status);
        }
        // A link for times opens no room and no appointment's own page.
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Families.Url("/join/appointment"))).Status);
        Assert.Equal(("Booked", 0), (await Evening.StatusAsync(foreign.Id), await Families.SequenceAsync(foreign.Id)));
    }

    [Fact]
    public async Task WhatOnlyTheClinicBooks_OnlyTheClinicMoves()
    {
        var booked = await BookAsync(5, TestEvening.Monday18.AddDays(2).AddMinutes(60), "firstVisit");
        await Evening.DoWorkAsync(portal.Clock);
        using var family = await Evening.OpenLinkAsync(portal.Database.Mails.To("patient5@example.jp").Last().Text, portal.Database.Messages.Sent.Last().Text, booked.PatientBirthDate);
        var page = await Families.OpenAsync(family, "/join/appointment");

        Assert.Null(page.Document.QuerySelector("[href='/join/move']"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Families.SendAsync(family, "/join/move", page.Form("/join/cancel"), ("slot", $"{Doctor:N}@202611251000"))).Status);
        Assert.Equal(0, await Families.SequenceAsync(booked.Id));
    }

    [Fact]
    public async Task Facility_MovesAndAgreesForItsResident()
    {
        var resident = await Evening.PatientAsync(number: 6);
        await portal.Database.ExecuteAsync("UPDATE patients.patient SET facility_id = $2, facility_name = '施設' WHERE id = $1", resident, StableId.Of("setagaya", "facility1"));
        using var facility = await Browser.SignInAsync(portal.Node, "facility1@setagaya.example", Evening.Host);
        var book = await Families.OpenAsync(facility, $"/patients/{resident}/book");
        var path = (await facility.PostAsync(book, $"/patients/{resident}/book", ("slot", TestEvening.SlotOf(book, Doctor, "202611260900")))).Location!.AbsolutePath;
        var id = Guid.Parse(path[^36..]);

        Assert.True((await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(id, null, TestEvening.Monday18.AddDays(3).AddMinutes(60), Cancellation))).Succeeded);
        Assert.Equal(HttpStatusCode.SeeOther, (await facility.PostAsync(await Families.OpenAsync(facility, path), $"{path}/agree")).Status);
        Assert.Equal("Booked", await Evening.StatusAsync(id));
        // Given yet another time the home says whether its resident comes; a time that it chooses itself needs no such word.
        Assert.True((await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(id, null, TestEvening.Monday18.AddDays(3).AddMinutes(80), Cancellation))).Succeeded);
        Assert.Equal(HttpStatusCode.SeeOther, (await facility.PostAsync(await Families.OpenAsync(facility, path), $"{path}/confirm")).Status);
        await Families.MoveAsync(facility, path, "202611270900", null);
        await Evening.DoWorkAsync(portal.Clock);
        var own = await Families.OpenAsync(facility, path);
        Assert.Null(own.Document.QuerySelector($"form[action='{path}/confirm']"));
        Assert.NotNull(own.Document.QuerySelector($"form[action='{path}/cancel']"));

        Assert.Equal(("Booked", 3), (await Evening.StatusAsync(id), await Families.SequenceAsync(id)));
        Assert.Contains("患者側で変更", portal.Database.Mails.To(TestFamily.ClinicMail).Last().Subject, StringComparison.Ordinal);
        // What the family arranged by its link, the home does not touch.
        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET booked_by_name = 'visitor link' WHERE id = $1", id);
        Assert.Null((await Families.OpenAsync(facility, path)).Document.QuerySelector($"[href='{path}/move']"));
        Assert.Equal(HttpStatusCode.NotFound, (await facility.GetAsync(Families.Url($"{path}/move"))).Status);
    }

    /// <summary>A family has asked for a time on Monday, the clinic proposes one an hour later, and the family has opened the link that tells of it.</summary>
    /// <param name="number">Of the patient, whose times are as many times twenty minutes after 18:00 and 19:00.</param>
    private async Task<(Guid Asked, Browser Family, string Mail)> ProposeAsync(int number)
    {
        var (patient, mail) = (await Evening.PatientAsync(number: number), $"family{number}@example.jp");
        using (var asking = await Families.OpenPatientLinkAsync(patient))
        {
            var book = await Families.OpenAsync(asking, "/book");
            Assert.Equal(HttpStatusCode.SeeOther, (await asking.PostAsync(
                book, "/book", ("slot", TestEvening.SlotOf(book, Doctor, $"2026112309{20 * number:00}")), ("email", mail), ("phone", "090-1234-5678"))).Status);
        }
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.appointment WHERE patient_id = $1", patient);
        Assert.True((await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(id, null, TestEvening.Monday18.AddMinutes(60 + 20 * number), Cancellation))).Succeeded);
        await Evening.DoWorkAsync(portal.Clock);
        var told = portal.Database.Mails.To(mail).Last();
        Assert.Contains("別の日時のご案内", told.Subject, StringComparison.Ordinal);
        return (id, await Evening.OpenLinkAsync(told.Text, portal.Database.Messages.Sent.Last().Text, await Families.BirthDateAsync(patient)), mail);
    }

    private async Task<Appointment> BookAsync(int patient, DateTimeOffset at, string service) => await TestFamily.DoneAsync(Evening.BookAsync(
        Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: patient), Doctor, at, service, email: $"patient{patient}@example.jp")));
}
