using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.ChangeAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>What patient and family do to an appointment by their link: another time, an answer to the clinic's, a word, and asking again.</summary>
public sealed class OwnAppointmentTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string Family = "family@example.jp";
    private const string ClinicMail = "clinic1.doctor@setagaya.example";

    /// <summary>Monday 18:00 and Tuesday 18:00 in Tokyo, as forms say them.</summary>
    private const string Monday = "202611230900";
    private const string Tuesday = "202611240900";
    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestEvening Evening => new(portal.Node, portal.Database);

    private Guid Doctor => Evening.Doctor();

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Booked_IsMovedToAnotherFreeTime_AndEverybodyIsTold()
    {
        var booked = await BookAsync();
        using var family = await OpenAsync(booked);

        await MoveAsync(family, "/join", Tuesday, "送迎の都合です");
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(("Booked", 1), (await Evening.StatusAsync(booked.Id), await SequenceAsync(booked.Id)));
        Assert.Contains("11月24日(火) 18:00", await TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        var calendar = portal.Database.Mails.To(Family).Last(m => m.Calendar is not null).Calendar!;
        Assert.All(["SEQUENCE:1", $"DTSTART:{Tuesday[..8]}T090000Z"], line => Assert.Contains(line, calendar, StringComparison.Ordinal));
        Assert.Contains(portal.Database.Messages.Sent, m => m.Text.Contains("11月24日(火) 18:00", StringComparison.Ordinal) && m.Text.Contains("変わりました", StringComparison.Ordinal));
        var told = portal.Database.Mails.To(ClinicMail).Last();
        Assert.Contains("患者側で変更", told.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("送迎", told.Text, StringComparison.Ordinal);
        using var clinic = await Browser.SignInAsync(portal.Node, ClinicMail, Evening.Host);
        Assert.Contains("送迎の都合です", await TextAsync(clinic, $"/appointments/{booked.Id}"), StringComparison.Ordinal);
        // Its former time is anybody's.
        Assert.True((await Evening.BookAsync(Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: 1), Doctor, TestEvening.Monday18, phone: null))).Succeeded);

        var before = portal.Database.Messages.Sent.Count;
        portal.Clock.Now = TestEvening.Monday18.AddMinutes(-50);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.DoesNotContain(portal.Database.Messages.Sent.Skip(before), m => m.To == "09012345678" && m.Text.Contains("11月23日(月) 18:00 オンライン", StringComparison.Ordinal));
        portal.Clock.Now = TestEvening.Monday18.AddDays(1).AddMinutes(-50);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains(portal.Database.Messages.Sent.Skip(before), m => m.Text.Contains("11月24日(火) 18:00 オンライン", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Booked_IsMovedByTheRulesOfBooking_OrNotAtAll()
    {
        var (booked, other) = (await BookAsync(), await BookAsync(minutes: 20, patient: 1));
        using var family = await OpenAsync(booked);
        var page = await OpenAsync(family, "/join/move");
        Assert.DoesNotContain("202611230920", TestEvening.Slots(page, Doctor));

        var taken = await family.PostAsync(page, "/join/move", ("slot", $"{Doctor:N}@202611230920"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.Status);
        Assert.Contains("もう予約できません。空いている時間", taken.Document.Body!.TextContent, StringComparison.Ordinal);
        // Neither outside the hours, nor with a doctor who does not see this patient, nor without a time.
        foreach (var slot in new[] { $"{Doctor:N}@202611230300", $"{Evening.Doctor("clinic2.doctor"):N}@{Tuesday}", "" })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await family.PostAsync(await OpenAsync(family, "/join/move"), "/join/move", ("slot", slot))).Status);
        }
        portal.Clock.Now = TestEvening.Monday18.AddMinutes(1);
        var late = await family.PostAsync(page, "/join/move", ("slot", $"{Doctor:N}@{Tuesday}"), (FormState.KeyField, Guid.NewGuid().ToString("N")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Contains("もう変えられません", late.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal((0, 0), (await SequenceAsync(booked.Id), await SequenceAsync(other.Id)));
    }

    [Fact]
    public async Task WhatOnlyTheClinicBooks_OnlyTheClinicMoves()
    {
        var booked = await DoneAsync(Evening.BookAsync(
            Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(), Doctor, TestEvening.Monday18, service: "firstVisit", email: Family)));
        await Evening.DoWorkAsync(portal.Clock);
        using var family = await OpenAsync(booked);
        var page = await OpenAsync(family, "/join/appointment");

        Assert.Null(page.Document.QuerySelector("[href='/join/move']"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(family, "/join/move", page.Form("/join/cancel"), ("slot", $"{Doctor:N}@{Tuesday}"))).Status);
        Assert.Equal(0, await SequenceAsync(booked.Id));
    }

    [Fact]
    public async Task OtherTimeOfTheClinic_IsAgreedToByItsLink_AndCertainAtOnce()
    {
        var (asked, family) = await ProposeAsync();
        using var agreeing = family;
        using var clinic = await ClinicAsync();
        Assert.Contains("患者さんの返事待ち", await TextAsync(clinic, $"/appointments/{asked}"), StringComparison.Ordinal);
        var page = await OpenAsync(family, "/join/appointment");
        Assert.Contains("11月23日(月) 19:00", page.Document.Body!.TextContent, StringComparison.Ordinal);
        // There is no room before it is certain.
        Assert.Equal("/join/appointment", (await family.GetAsync(Url("/join/room"))).Location!.AbsolutePath);

        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(page, "/join/agree")).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("Booked", await Evening.StatusAsync(asked));
        Assert.Contains("確定しました", portal.Database.Mails.To(ClinicMail).Last().Subject, StringComparison.Ordinal);
        Assert.Contains("BEGIN:VCALENDAR", portal.Database.Mails.To(Family).Last().Calendar, StringComparison.Ordinal);
        Assert.Contains("ご返事をいただきました", await TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await family.PostAsync(page, "/join/agree", (FormState.KeyField, Guid.NewGuid().ToString("N")))).Status);
    }

    [Fact]
    public async Task OtherTimeOfTheClinic_IsRefusedWithAWord_AndAskedForAnew()
    {
        var (asked, family) = await ProposeAsync();
        using var refusing = family;
        var page = await OpenAsync(family, "/join/appointment");
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Url("/join/again"))).Status);

        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(page, "/join/refuse", ("reason", "その時間は通院です"))).Status);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal("Cancelled", await Evening.StatusAsync(asked));
        var told = portal.Database.Mails.To(ClinicMail).Last();
        Assert.Contains("見送られました", told.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("通院", told.Text, StringComparison.Ordinal);
        using var clinic = await ClinicAsync();
        Assert.Contains("その時間は通院です", await TextAsync(clinic, $"/appointments/{asked}"), StringComparison.Ordinal);

        var again = await OpenAsync(family, "/join/again");
        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(again, "/join/again", ("slot", TestEvening.SlotOf(again, Doctor, Tuesday)))).Status);
        Assert.Contains("11月24日(火) 18:00 の申し込みを受け付けました", await TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Contains("申し込みを受け付けました", portal.Database.Mails.To(Family).Last().Subject, StringComparison.Ordinal);
        Assert.Contains("申し込みが届きました", portal.Database.Mails.To(ClinicMail).Last().Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherTimeOfTheClinic_IsAnsweredWithAThird_WhichTheClinicConfirms()
    {
        var (asked, family) = await ProposeAsync();
        using var choosing = family;

        await MoveAsync(family, "/join", Tuesday, "火曜なら");
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(("Proposed", 2), (await Evening.StatusAsync(asked), await SequenceAsync(asked)));
        Assert.Contains("申し込みが届きました", portal.Database.Mails.To(ClinicMail).Last().Subject, StringComparison.Ordinal);
        Assert.Contains("医療機関の返事をお待ちください", await TextAsync(family, "/join/appointment"), StringComparison.Ordinal);
        Assert.True((await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().AcceptAsync(asked, Cancellation))).Succeeded);
        Assert.Equal("Booked", await Evening.StatusAsync(asked));
    }

    [Fact]
    public async Task LinkThatAsksForTimes_ChangesWhatWasAskedForByIt_AndNothingElse()
    {
        var patient = await Evening.PatientAsync();
        using var family = await OpenPatientLinkAsync(patient);
        var book = await OpenAsync(family, "/book");
        await family.PostAsync(book, "/book", ("slot", TestEvening.SlotOf(book, Doctor, Monday)), ("email", Family));
        var own = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.appointment WHERE patient_id = $1", patient);
        var foreign = await BookAsync(minutes: 40, patient: 1);

        await MoveAsync(family, $"/book/{own}", Tuesday, null);
        Assert.Equal(("Proposed", 1), (await Evening.StatusAsync(own), await SequenceAsync(own)));
        Assert.Equal(HttpStatusCode.SeeOther, (await family.PostAsync(await OpenAsync(family, $"/book/{own}"), $"/book/{own}/cancel")).Status);
        Assert.Equal("Cancelled", await Evening.StatusAsync(own));

        var form = (await OpenAsync(family, "/book")).Form("/book");
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Url($"/book/{foreign.Id}"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Url($"/book/{foreign.Id}/move"))).Status);
        foreach (var step in new[] { "cancel", "confirm", "agree", "refuse", "move" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(family, $"/book/{foreign.Id}/{step}", form, (FormState.KeyField, Guid.NewGuid().ToString("N")))).Status);
        }
        // A link for times opens no room and no appointment's own page.
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Url("/join/appointment"))).Status);
        Assert.Equal(("Booked", 0), (await Evening.StatusAsync(foreign.Id), await SequenceAsync(foreign.Id)));
    }

    [Fact]
    public async Task Outsider_ByAGuessedExpiredUsedRevokedOrGuestsLink_GetsNothing()
    {
        var consultation = await BookedConsultation.BookAsync(portal.Node, portal.Database);
        var (used, guest) = (consultation.Patient, await consultation.InviteAsync(ParticipantRole.Family, "娘 花子"));
        var expiring = await consultation.LinkAsync(used.Participant, used.BirthDate);
        var revoked = await consultation.LinkAsync(used.Participant, used.BirthDate);
        using var patient = await consultation.OpenAsync(portal.Node, used);
        using var late = await consultation.OpenAsync(portal.Node, expiring);
        using var ended = await consultation.OpenAsync(portal.Node, revoked);
        using var daughter = await consultation.OpenAsync(portal.Node, guest);
        var form = (await OpenAsync(patient, "/join/appointment")).Form("/join/cancel");
        // Who has the link, code and birth date of a used one, in another browser.
        using var second = new Browser(portal.Node);
        var again = await second.PostAsync(await second.GetAsync(Url(used.Path)), used.Path, ("birthDate", $"{used.BirthDate:yyyy-MM-dd}"), ("code", used.Code));
        Assert.NotEqual(HttpStatusCode.SeeOther, again.Status);
        using var guessing = new Browser(portal.Node);
        await consultation.RevokeAsync(revoked);
        await NothingAsync(daughter, second, guessing, ended);
        portal.Clock.Advance(TimeSpan.FromHours(13));
        await NothingAsync(late);

        Assert.Equal(("Booked", 0), (await Evening.StatusAsync(consultation.Id), await SequenceAsync(consultation.Id)));

        async Task NothingAsync(params Browser[] outsiders)
        {
            foreach (var outsider in outsiders)
            {
                foreach (var path in new[] { "/join/appointment", "/join/move", "/join/again", $"/book/{consultation.Id}", $"/book/{consultation.Id}/move" })
                {
                    Assert.Equal(HttpStatusCode.NotFound, (await outsider.GetAsync(Url(path))).Status);
                }
                foreach (var path in new[] { "/join/confirm", "/join/cancel", "/join/agree", "/join/refuse", "/join/move", "/join/again", $"/book/{consultation.Id}/cancel", $"/book/{consultation.Id}/move" })
                {
                    Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(outsider, path, form)).Status);
                }
            }
        }
    }

    [Fact]
    public async Task Facility_MovesAndAgreesForItsResident()
    {
        var resident = await Evening.PatientAsync();
        await portal.Database.ExecuteAsync("UPDATE patients.patient SET facility_id = $2, facility_name = '施設' WHERE id = $1", resident, StableId.Of("setagaya", "facility1"));
        using var facility = await Browser.SignInAsync(portal.Node, "facility1@setagaya.example", Evening.Host);
        var book = await OpenAsync(facility, $"/patients/{resident}/book");
        var path = (await facility.PostAsync(book, $"/patients/{resident}/book", ("slot", TestEvening.SlotOf(book, Doctor, Monday)))).Location!.AbsolutePath;
        var id = Guid.Parse(path[^36..]);

        Assert.True((await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(id, null, TestEvening.Monday18.AddMinutes(60), Cancellation))).Succeeded);
        Assert.Equal(HttpStatusCode.SeeOther, (await facility.PostAsync(await OpenAsync(facility, path), $"{path}/agree")).Status);
        Assert.Equal("Booked", await Evening.StatusAsync(id));
        await MoveAsync(facility, path, Tuesday, null);
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Equal(("Booked", 2), (await Evening.StatusAsync(id), await SequenceAsync(id)));
        Assert.Contains("患者側で変更", portal.Database.Mails.To(ClinicMail).Last().Subject, StringComparison.Ordinal);
        // What the family arranged by its link, the home does not touch.
        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET booked_by_name = 'visitor link' WHERE id = $1", id);
        Assert.Null((await OpenAsync(facility, path)).Document.QuerySelector($"[href='{path}/move']"));
        Assert.Equal(HttpStatusCode.NotFound, (await facility.GetAsync(Url($"{path}/move"))).Status);
    }

    /// <summary>A family has asked for Monday 18:00, the clinic proposes 19:00, and the family has opened the link that tells of it.</summary>
    private async Task<(Guid Asked, Browser Family)> ProposeAsync()
    {
        var patient = await Evening.PatientAsync();
        using (var asking = await OpenPatientLinkAsync(patient))
        {
            var book = await OpenAsync(asking, "/book");
            Assert.Equal(HttpStatusCode.SeeOther, (await asking.PostAsync(
                book, "/book", ("slot", TestEvening.SlotOf(book, Doctor, Monday)), ("email", Family), ("phone", "090-1234-5678"))).Status);
        }
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.appointment WHERE patient_id = $1", patient);
        Assert.True((await Evening.RunAsync(Evening.Clinic(), s => s.GetRequiredService<ChangeAppointmentHandler>().MoveAsync(id, null, TestEvening.Monday18.AddMinutes(60), Cancellation))).Succeeded);
        await Evening.DoWorkAsync(portal.Clock);
        var mail = portal.Database.Mails.To(Family).Last();
        Assert.Contains("別の日時のご案内", mail.Subject, StringComparison.Ordinal);
        var born = DateOnly.FromDateTime(await portal.Database.ReadAsync<DateTime>("SELECT birth_date::timestamp FROM patients.patient WHERE id = $1", patient));
        return (id, await Evening.OpenLinkAsync(mail.Text, portal.Database.Messages.Sent.Last().Text, born));
    }

    private async Task<Appointment> BookAsync(int minutes = 0, int patient = 0)
    {
        var booked = await DoneAsync(Evening.BookAsync(
            Evening.Clinic(), TestEvening.Wish(await Evening.PatientAsync(number: patient), Doctor, TestEvening.Monday18.AddMinutes(minutes), email: $"{(patient == 0 ? "" : patient)}{Family}")));
        await Evening.DoWorkAsync(portal.Clock);
        return booked;
    }

    private Task<Browser> OpenAsync(Appointment booked) =>
        Evening.OpenLinkAsync(portal.Database.Mails.To(Family).Last().Text, portal.Database.Messages.Sent.First(m => m.Text.Contains("確認コード", StringComparison.Ordinal)).Text, booked.PatientBirthDate);

    private async Task<Browser> OpenPatientLinkAsync(Guid patient)
    {
        using var clinic = await ClinicAsync();
        var given = await clinic.PostAsync(await OpenAsync(clinic, $"/patients/{patient}/booking-links"), $"/patients/{patient}/booking-links");
        var shown = (await clinic.OpenAsync(given.Location!)).Document;
        var born = DateOnly.FromDateTime(await portal.Database.ReadAsync<DateTime>("SELECT birth_date::timestamp FROM patients.patient WHERE id = $1", patient));
        return await Evening.OpenLinkAsync(shown.QuerySelector(".secret")!.TextContent, shown.QuerySelector(".facts strong")!.TextContent, born);
    }

    private async Task MoveAsync(Browser browser, string steps, string to, string? word)
    {
        var page = await OpenAsync(browser, $"{steps}/move");
        var moved = await browser.PostAsync(page, $"{steps}/move", ("slot", TestEvening.SlotOf(page, Doctor, to)), ("reason", word ?? ""));
        Assert.True(moved.Status == HttpStatusCode.SeeOther, moved.Document.Body!.TextContent);
    }

    /// <summary>A form as somebody sends it who has it from elsewhere.</summary>
    private Task<BrowserPage> SendAsync(Browser browser, string path, Dictionary<string, string> form, params (string Name, string Value)[] fields)
    {
        var sent = new Dictionary<string, string>(form);
        foreach (var (name, value) in fields)
        {
            sent[name] = value;
        }
        return browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url(path)) { Content = new FormUrlEncodedContent(sent) });
    }

    private Task<Browser> ClinicAsync() => Browser.SignInAsync(portal.Node, ClinicMail, Evening.Host);

    private Uri Url(string path) => portal.Node.Url(path, Evening.Host);

    private Task<BrowserPage> OpenAsync(Browser browser, string path) => browser.OpenAsync(Url(path));

    private async Task<string> TextAsync(Browser browser, string path) => (await OpenAsync(browser, path)).Document.QuerySelector("main")!.TextContent;

    private Task<int> SequenceAsync(Guid appointment) => portal.Database.ReadAsync<int>("SELECT sequence FROM telehealth.appointment WHERE id = $1", appointment);

    private static async Task<T> DoneAsync<T>(Task<Result<T>> running)
    {
        var result = await running;
        Assert.True(result.Succeeded, result.Succeeded ? "" : result.Errors[0].Code);
        return result.Value;
    }
}
