using System.Net;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.NightDesk;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>The screens of booking, as people use them: hours, times to choose from, answers, links, and the desk's one click.</summary>
public sealed class BookingPagesTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string Host = "setagaya.localhost";
    private readonly PortalFixture portal = new(postgres);

    private TestEvening Evening => new(portal.Node, portal.Database);

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Doctor_AddsHoursAndClosesADay_AndTheTimesFollow()
    {
        using var doctor = await SignInAsync("clinic1.doctor");
        var (path, patient) = ($"/availability/{Evening.Doctor()}", await Evening.PatientAsync());
        var page = await doctor.OpenAsync(Url(path));
        Assert.Contains("18:00–20:00", page.Document.QuerySelector(".booking-month")!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await doctor.PostAsync(page, $"{path}/hours", ("weekday", "Saturday"), ("starts", "09:00"), ("ends", "10:00"), ("room", "第1診察室"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await doctor.PostAsync(await doctor.OpenAsync(Url(path)), $"{path}/exceptions", ("day", "2026-11-23"), ("kind", "Closed"))).Status);
        var refused = await doctor.PostAsync(await doctor.OpenAsync(Url(path)), $"{path}/hours", ("weekday", "Sunday"), ("starts", "9時"), ("ends", "10:00"), ("buffer", "90"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("0〜60分", refused.Document.Body!.TextContent, StringComparison.Ordinal);
        var book = await doctor.OpenAsync(Url($"/patients/{patient}/book"));
        var own = TestEvening.Slots(book, Evening.Doctor());
        Assert.Contains("202611280000", own);
        Assert.DoesNotContain("202611230900", own);
        Assert.Contains("202611240900", own);
    }

    [Fact]
    public async Task Clinic_BooksForItsPatient_SeesItOnTheList_MovesAndCancelsIt()
    {
        using var clinic = await SignInAsync("clinic1");
        var patient = await Evening.PatientAsync();
        var book = await clinic.OpenAsync(Url($"/patients/{patient}/book"));
        var nothing = await clinic.PostAsync(book, $"/patients/{patient}/book");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.Status);
        Assert.Contains("時間を選んでください", nothing.Document.Body!.TextContent, StringComparison.Ordinal);

        var booked = await clinic.PostAsync(book, $"/patients/{patient}/book", ("slot", TestEvening.SlotOf(book, Evening.Doctor(), "202611230900")), ("phone", "090-2222-3333"));
        Assert.Equal(HttpStatusCode.SeeOther, booked.Status);
        var page = await clinic.OpenAsync(booked.Location!);
        Assert.Contains("予約済", page.Document.QuerySelector(".page-lead")!.TextContent, StringComparison.Ordinal);
        var path = booked.Location!.AbsolutePath;
        Assert.Contains("18:00", (await clinic.OpenAsync(Url("/appointments"))).Document.QuerySelector(".booking-line")!.TextContent, StringComparison.Ordinal);

        var move = await clinic.OpenAsync(Url($"{path}/move"));
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(move, $"{path}/move", ("slot", TestEvening.SlotOf(move, Evening.Doctor(), "202611240900")))).Status);
        var cancelled = await clinic.PostAsync(await clinic.OpenAsync(Url(path)), $"{path}/cancel", ("reason", "入院したため"));
        Assert.Equal(HttpStatusCode.SeeOther, cancelled.Status);
        page = await clinic.OpenAsync(Url(path));
        // The portal.Clock of the test stands still: what happened in one step has no order.
        Assert.Equal(
            new[] { "予約", "リンクを送信", "日時を変更", "リンクを送信", "取り消し" }.Order(StringComparer.Ordinal),
            page.Document.QuerySelectorAll(".timeline strong").Select(e => e.TextContent).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("[", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facility_AsksForItsResident_AndTheClinicConfirms()
    {
        var patient = await Evening.PatientAsync();
        await portal.Database.ExecuteAsync("UPDATE patients.patient SET facility_id = $2, facility_name = '施設' WHERE id = $1", patient, StableId.Of("setagaya", "facility1"));
        using var facility = await SignInAsync("facility1");
        using var clinic = await SignInAsync("clinic1");
        var book = await facility.OpenAsync(Url($"/patients/{patient}/book"));

        var asked = await facility.PostAsync(book, $"/patients/{patient}/book", ("slot", TestEvening.SlotOf(book, Evening.Doctor(), "202611230900")));
        var path = asked.Location!.AbsolutePath;
        Assert.Contains("確認待ち", (await facility.OpenAsync(Url(path))).Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("返事を待っている申し込み", (await clinic.OpenAsync(Url("/appointments"))).Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await clinic.PostAsync(await clinic.OpenAsync(Url(path)), $"{path}/accept")).Status);

        Assert.Contains("予約済", (await facility.OpenAsync(Url(path))).Document.Body!.TextContent, StringComparison.Ordinal);
        var other = await Evening.PatientAsync(number: 7);
        await portal.Database.ExecuteAsync("UPDATE patients.patient SET facility_id = NULL, facility_name = NULL WHERE id = $1", other);
        Assert.Equal(HttpStatusCode.NotFound, (await facility.GetAsync(Url($"/patients/{other}/book"))).Status);
    }

    [Fact]
    public async Task Family_AsksByLink_With119First_AndOnlyForWhatIsOffered()
    {
        var patient = await Evening.PatientAsync();
        using var clinic = await SignInAsync("clinic1");
        var given = await clinic.PostAsync(await clinic.OpenAsync(Url($"/patients/{patient}/booking-links")), $"/patients/{patient}/booking-links");
        var shown = (await clinic.OpenAsync(given.Location!)).Document;
        var (link, code) = (new Uri(shown.QuerySelector(".secret")!.TextContent), shown.QuerySelector(".facts strong")!.TextContent);
        var born = await portal.Database.ReadAsync<DateTime>("SELECT birth_date::timestamp FROM patients.patient WHERE id = $1", patient);
        using var family = new Browser(portal.Node);
        Assert.Equal(HttpStatusCode.NotFound, (await family.GetAsync(Url("/book"))).Status);
        var opened = await family.PostAsync(await family.GetAsync(Url(link.AbsolutePath)), link.AbsolutePath, ("birthDate", $"{born:yyyy-MM-dd}"), ("code", code));
        Assert.Equal("/book", opened.Location!.AbsolutePath);

        var book = await family.OpenAsync(Url("/book"));
        Assert.Contains("119", book.Document.QuerySelector("main")!.FirstElementChild!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(book.Document.QuerySelectorAll("ruby rt"));
        Assert.DoesNotContain("初診", book.Document.Body!.TextContent, StringComparison.Ordinal);
        var asked = await family.PostAsync(book, "/book", ("slot", TestEvening.SlotOf(book, Evening.Doctor(), "202611230900")), ("reason", "せきが出ます"));
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);

        Assert.Contains("確認中", (await family.OpenAsync(Url("/book"))).Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Proposed", await portal.Database.ReadAsync<string>("SELECT status FROM telehealth.appointment WHERE patient_id = $1", patient));
        // A service that is not for links is refused, whatever the form says.
        var forged = await family.PostAsync(await family.OpenAsync(Url("/book")), "/book", ("service", "firstVisit"), ("slot", TestEvening.SlotOf(book, Evening.Doctor(), "202611240900")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, forged.Status);
    }

    [Fact]
    public async Task DeskCase_BecomesAVideoVisitNow_InOneClick_AndEndsWithIt()
    {
        var night = new TestNightOn(portal.Node, portal.Database);
        var patient = await Evening.PatientAsync();
        var opened = await night.CaseAsync(patient, "090-5555-6666");
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        var page = await desk.OpenAsync(portal.Node.Url($"/cases/{opened}", "desk.localhost"));

        var video = await desk.PostAsync(page, $"/cases/{opened}/video");
        Assert.Equal(HttpStatusCode.SeeOther, video.Status);
        var links = await desk.OpenAsync(video.Location!);
        Assert.Matches("[0-9]{3} [0-9]{3}", links.Document.QuerySelector(".facts strong")!.TextContent);
        await Evening.DoWorkAsync(portal.Clock);
        var sms = Assert.Single(portal.Database.Messages.Sent);
        Assert.Equal("09055556666", sms.To);
        Assert.Contains(new Uri(links.Document.QuerySelector(".secret")!.TextContent).AbsolutePath, sms.Text, StringComparison.Ordinal);

        Assert.Equal("VideoVisit", await StatusAsync(opened));
        var (appointment, doctor) = (
            await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.appointment WHERE case_id = $1", opened), await portal.Database.ReadAsync<Guid>("SELECT doctor_id FROM telehealth.appointment WHERE case_id = $1", opened));
        Assert.Equal(StableId.Of("setagaya", "doctor1"), doctor);
        // The case leads to its consultation, and nobody else's.
        var told = await desk.OpenAsync(portal.Node.Url($"/cases/{opened}", "desk.localhost"));
        Assert.NotNull(told.Document.QuerySelector($"a[href='/cases/{opened}/video']"));
        Assert.Equal($"/appointments/{appointment}", (await desk.GetAsync(portal.Node.Url($"/cases/{opened}/video", "desk.localhost"))).Location!.AbsolutePath);
        using var stranger = await SignInAsync("clinic3.doctor");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(Url($"/cases/{opened}/video"))).Status);
        // Twice is once: the patient is in a consultation.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await desk.PostAsync(page, $"/cases/{opened}/video", ("idempotency-key", Guid.NewGuid().ToString("N")))).Status);

        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET status = 'Fulfilled' WHERE id = $1", appointment);
        portal.Clock.Advance(TimeSpan.FromMinutes(30));
        await Evening.DoWorkAsync(portal.Clock);
        Assert.Equal("SeenByVideo", await StatusAsync(opened));
    }

    [Fact]
    public async Task DeskCase_WhosePatientDoesNotCome_WaitsForADecisionAgain()
    {
        var night = new TestNightOn(portal.Node, portal.Database);
        var opened = await night.CaseAsync(await Evening.PatientAsync(), "03-5555-6666");
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        await desk.PostAsync(await desk.OpenAsync(portal.Node.Url($"/cases/{opened}", "desk.localhost")), $"/cases/{opened}/video");

        portal.Clock.Advance(TimeSpan.FromMinutes(40));
        await Evening.DoWorkAsync(portal.Clock);
        portal.Clock.Advance(TimeSpan.FromMinutes(6));
        await Evening.DoWorkAsync(portal.Clock);

        Assert.Empty(portal.Database.Messages.Sent);
        Assert.Equal("Triaged", await StatusAsync(opened));
        Assert.Contains("医師の判断待ちに戻りました", (await desk.OpenAsync(portal.Node.Url($"/cases/{opened}", "desk.localhost"))).Document.QuerySelector(".timeline")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Koto_TheClinicThatCarriesTheCase_SeesItByVideoItself_AndAnotherDoesNot()
    {
        var koto = new TestEvening(portal.Node, portal.Database, "koto");
        using var key = portal.Node.Api("demo.koto.clinic1");
        var opened = (await key.PostAsync("/api/v1/cases", new { patientId = await koto.PatientAsync(), caller = new { kind = "family", name = "長男" }, complaint = "発熱" })).Expect(HttpStatusCode.Created).Id;
        (await key.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "yellow", reason = "会話できる" })).Expect(HttpStatusCode.OK);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@koto.example", koto.Host);
        using var other = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Host);
        var page = await clinic.OpenAsync(portal.Node.Url($"/cases/{opened}", koto.Host));

        var foreign = await other.SendAsync(new HttpRequestMessage(HttpMethod.Post, Url($"/cases/{opened}/video")) { Content = new FormUrlEncodedContent(
            (await other.OpenAsync(Url("/sharing"))).Form("/sharing/rule")) });
        var video = await clinic.PostAsync(page, $"/cases/{opened}/video");

        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(HttpStatusCode.SeeOther, video.Status);
        Assert.Equal(StableId.Of("koto", "clinic1.doctor"), await portal.Database.ReadAsync<Guid>("SELECT doctor_id FROM telehealth.appointment WHERE case_id = $1", opened));
    }

    private Task<Browser> SignInAsync(string who) => Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", Host);

    private Uri Url(string path) => portal.Node.Url(path, Host);

    private Task<string> StatusAsync(Guid opened) => portal.Database.ReadAsync<string>("SELECT status FROM nightdesk.case WHERE id = $1", opened);

    /// <summary>A case with a level, as the desk opens it by the API.</summary>
    private sealed class TestNightOn(PortalNode node, PortalTestDatabase database)
    {
        public async Task<Guid> CaseAsync(Guid patient, string phone)
        {
            using var desk = node.Api("demo.desk.operator");
            var opened = (await desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family", name = "長男", phone }, complaint = "発熱" })).Expect(HttpStatusCode.Created).Id;
            (await desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "green", reason = "会話できる" })).Expect(HttpStatusCode.OK);
            Assert.Equal("Triaged", await database.ReadAsync<string>("SELECT status FROM nightdesk.case WHERE id = $1", opened));
            return opened;
        }
    }
}
