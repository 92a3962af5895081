using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Work;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>The note of a consultation, and what its signature sets going: report, invoice line, prescription, summary.</summary>
public sealed class NoteTests : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";

    private readonly PortalFixture portal;
    private readonly TestNight night;
    private readonly TestConsultation consultation;

    public NoteTests(PortalFixture portal)
    {
        (this.portal, night, consultation) = (portal, new TestNight(portal), new TestConsultation(portal));
        portal.Clock.Now = NightClock.Start;
    }

    [Fact]
    public async Task Sign_AfterTheCall_ReachesThePrimaryClinicAsAReport_AndTheInvoiceOnce()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(), "doctor1");
        await consultation.HoldAsync(booked.Id);
        await SignAsync(booked, "doctor1", ("drug0", "アセトアミノフェン錠500mg"), ("dose0", "発熱時 1回1錠"), ("days0", "3"));

        var report = await ReportOfAsync(booked);
        var read = (await night.Clinic().GetAsync($"/api/v1/reports/{report}")).Expect(HttpStatusCode.OK).Body;
        Assert.Equal(("video", booked.Number), (read.GetProperty("kind").GetString(), read.GetProperty("caseNumber").GetString()));
        Assert.Equal("主観: 昨夜から咳\n客観: 呼吸は楽そう", read.GetProperty("findings").GetString());
        Assert.Equal("アセトアミノフェン錠500mg 発熱時 1回1錠 3日分", read.GetProperty("prescription").GetString());
        Assert.Equal(37.4m, read.GetProperty("vitals").GetProperty("temperature").GetDecimal());
        Assert.All(["performing", "employing", "claiming"], role =>
            Assert.Equal("世田谷区医師会診療所", read.GetProperty("visit").GetProperty(role).GetProperty("name").GetString()));
        Assert.Equal([("video", 6_000)], await LinesOfAsync(booked));

        using var clinic = await SignInAsync("clinic1.doctor");
        Assert.Contains("オンライン診療", (await clinic.OpenAsync(At("/inbox"))).Document.Body!.TextContent, StringComparison.Ordinal);
        var sheet = (await clinic.OpenAsync(At($"/reports/{report}/print"))).Document.Body!.TextContent;
        Assert.Contains("オンライン診療報告書", sheet, StringComparison.Ordinal);
        Assert.DoesNotContain("往診", sheet, StringComparison.Ordinal);
        (await night.Clinic().PostAsync($"/api/v1/reports/{report}/acknowledge")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Sign_OfACallThatWentOnByPhone_IsReportedAndPricedAsThat()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(), "doctor1");
        await consultation.HoldAsync(booked.Id, byPhone: true);
        await SignAsync(booked, "doctor1");

        Assert.Equal("phone", (await night.Clinic().GetAsync($"/api/v1/reports/{await ReportOfAsync(booked)}")).Text("kind"));
        Assert.Equal([("phone", 3_000)], await LinesOfAsync(booked));
    }

    [Fact]
    public async Task News_ToldTwice_IsReportedAndBilledOnce()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(), "doctor1");
        await consultation.HoldAsync(booked.Id);
        await SignAsync(booked, "doctor1");
        var report = await ReportOfAsync(booked);
        foreach (var key in await portal.Database.ReadAllAsync<string>(
            "SELECT dedupe_key FROM app.work_item WHERE kind IN ('visits.consultation-signed', 'billing.visit-reported')"))
        {
            await portal.Database.ExecuteAsync("UPDATE app.work_item SET done_at = NULL, due_at = $2 WHERE dedupe_key = $1", key, portal.Clock.Now);
            await WaitUntilDoneAsync(key);
        }

        Assert.Equal(report, await ReportOfAsync(booked));
        Assert.Single(await LinesOfAsync(booked));
    }

    [Fact]
    public async Task CaseOfTheNight_ThatBecameAConsultation_IsMarkedReported_AndAcknowledged()
    {
        var patient = await night.PatientAsync();
        var opened = (await night.Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family", name = "長男" }, complaint = "発熱" })).Expect(HttpStatusCode.Created);
        var booked = await consultation.BookAsync(patient, "doctor1", from: new CaseOfAppointment(opened.Id, opened.Text("number")));
        await consultation.HoldAsync(booked.Id);
        await SignAsync(booked, "doctor1");

        var report = await ReportOfAsync(booked);
        Assert.Equal("reported", (await night.Desk.GetAsync($"/api/v1/cases/{opened.Id}")).Text("status"));
        (await night.Clinic().PostAsync($"/api/v1/reports/{report}/acknowledge")).Expect(HttpStatusCode.OK);
        Assert.Equal("acknowledged", (await night.Desk.GetAsync($"/api/v1/cases/{opened.Id}")).Text("status"));
    }

    [Fact]
    public async Task Signed_IsChangedNeitherByThePortalNorByTheDatabase()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync());
        await consultation.HoldAsync(booked.Id);
        await SignAsync(booked, "clinic1.doctor", ("drug0", "アセトアミノフェン"));

        using var doctor = await SignInAsync("clinic1.doctor");
        var page = await doctor.OpenAsync(At($"/consultations/{booked.Id}/note"));
        Assert.Null(page.Document.QuerySelector("form[action$='/note']"));
        await Assert.ThrowsAsync<PostgresException>(() => portal.Database.ExecuteAsync("UPDATE telehealth.consultation_note SET author_name = 'x' WHERE appointment_id = $1", booked.Id));
        var prescription = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.prescription WHERE appointment_id = $1", booked.Id);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(At($"/prescriptions/{prescription}/print"))).Status);
        // Not even its hash can be exchanged unseen.
        await portal.Database.ExecuteAsync("UPDATE telehealth.prescription SET sha256 = sha256('x') WHERE id = $1", prescription);
        Assert.Equal(HttpStatusCode.InternalServerError, (await doctor.GetAsync(At($"/prescriptions/{prescription}/print"))).Status);
    }

    [Fact]
    public async Task Save_OverANewerDraft_IsRefused_AndLosesNothingTyped()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync());
        var path = $"/consultations/{booked.Id}/note";
        using var doctor = await SignInAsync("clinic1.doctor");
        var stale = await doctor.OpenAsync(At(path));
        Assert.Equal(HttpStatusCode.SeeOther, (await doctor.PostAsync(await doctor.OpenAsync(At(path)), path, ("do", "draft"), ("subjective", "一人目の言葉"))).Status);

        var refused = await doctor.PostAsync(stale, path, ("do", "draft"), ("subjective", "二人目の言葉"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("二人目の言葉", refused.Document.QuerySelector("textarea[name=subjective]")!.TextContent.Trim());
        Assert.Contains("一人目の言葉", refused.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstVisit_WithoutBackground_KeepsToTheLimits_WhereItIsWritten()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(), firstVisit: true);
        var path = $"/consultations/{booked.Id}/note";
        using var doctor = await SignInAsync("clinic1.doctor");

        var refused = await doctor.PostAsync(
            await doctor.OpenAsync(At(path)), path, ("do", "draft"), ("subjective", "眠れない"), ("drug0", "ﾄﾘｱｿﾞﾗﾑ"), ("days0", "3"), ("drug1", "カルボシステイン"), ("days1", "8"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("向精神薬", refused.Document.GetElementById("drug0-message")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("7", refused.Document.GetElementById("days1-message")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.consultation_note WHERE appointment_id = $1", booked.Id));
    }

    [Fact]
    public async Task Note_OfAnotherClinic_AndForOtherRoles_DoesNotExist()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync());
        foreach (var path in new[] { "note", "gates", "summary-links" })
        {
            using var other = await SignInAsync("clinic2.doctor");
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(At($"/consultations/{booked.Id}/{path}"))).Status);
            using var nightDoctor = await SignInAsync("doctor2");
            Assert.Equal(HttpStatusCode.NotFound, (await nightDoctor.GetAsync(portal.Node.Url($"/consultations/{booked.Id}/{path}", "desk.localhost"))).Status);
            using var elsewhere = await Browser.SignInAsync(portal.Node, "clinic1.doctor@koto.example", "koto.localhost");
            Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.GetAsync(portal.Node.Url($"/consultations/{booked.Id}/{path}", "koto.localhost"))).Status);
            using var facility = await SignInAsync("facility1");
            Assert.Equal(HttpStatusCode.Forbidden, (await facility.GetAsync(At($"/consultations/{booked.Id}/{path}"))).Status);
            using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
            Assert.Equal(HttpStatusCode.Forbidden, (await desk.GetAsync(portal.Node.Url($"/consultations/{booked.Id}/{path}", "desk.localhost"))).Status);
        }
    }

    [Fact]
    public async Task Pharmacy_IsToldByAMailThatNamesNoPatient_AndReadsTheSheetByLinkBirthDateAndCode()
    {
        const string Address = "yakkyoku@pharmacy.example";
        using var doctor = await SignInAsync("clinic1.doctor");
        Assert.Equal(HttpStatusCode.SeeOther, (await doctor.PostAsync(
            await doctor.OpenAsync(At("/pharmacies")), "/pharmacies", ("name", "経堂みどり薬局"), ("address", "世田谷区経堂"), ("phone", "03-5555-0700"), ("email", Address))).Status);
        var pharmacy = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.pharmacy WHERE email = $1", Address);
        var booked = await consultation.BookAsync(await night.PatientAsync());
        await consultation.HoldAsync(booked.Id);
        await SignAsync(booked, "clinic1.doctor", ("drug0", "アセトアミノフェン"), ("pharmacy", $"{pharmacy}"));
        var prescription = await portal.Database.ReadAsync<Guid>("SELECT id FROM telehealth.prescription WHERE appointment_id = $1", booked.Id);

        var given = await doctor.PostAsync(await doctor.OpenAsync(At($"/prescriptions/{prescription}")), $"/prescriptions/{prescription}/links");
        var facts = (await doctor.GetAsync(given.Location!)).Document.QuerySelectorAll("dd").Select(dd => dd.TextContent).ToList();
        var code = facts[facts.FindIndex(f => f.Contains("/l/", StringComparison.Ordinal)) + 1].Replace(" ", "", StringComparison.Ordinal);

        var mail = await portal.Database.Mails.LastToAsync(Address);
        var name = await portal.Database.ReadAsync<string>("SELECT patient_name FROM telehealth.appointment WHERE id = $1", booked.Id);
        Assert.All([name, "アセトアミノフェン", code, booked.Number], word => Assert.DoesNotContain(word, mail.Subject + mail.Text, StringComparison.Ordinal));
        using var reader = await consultation.OpenAsync(SentMails.LinkIn(mail).AbsolutePath, booked.BirthDate, code, "/prescription");
        var sheet = (await reader.GetAsync(At("/prescription"))).Document.Body!.TextContent;
        Assert.All([name, "アセトアミノフェン", "経堂みどり薬局"], word => Assert.Contains(word, sheet, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync(At("/summary"))).Status);
    }

    [Fact]
    public async Task Summary_IsReadByItsLink_AndRatedOnce_ForTheClinicAndWithoutNamesForTheSecretariat()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync());
        using var joined = await consultation.JoinAsync(booked);
        await consultation.HoldAsync(booked.Id);
        await SignAsync(booked, "clinic1.doctor");

        var page = await joined.GetAsync(At("/join/summary"));
        Assert.Contains("かぜのようです", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await joined.PostAsync(page, "/join/rating", ("score", "Good"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await joined.PostAsync(page, "/join/rating", ("score", "VeryBad"), ("idempotency-key", Guid.NewGuid().ToString("N")))).Status);
        Assert.Equal(["Good"], await portal.Database.ReadAllAsync<string>("SELECT score FROM telehealth.consultation_rating WHERE appointment_id = $1", booked.Id));

        using var clinic = await SignInAsync("clinic1.doctor");
        Assert.Contains("よかった", (await clinic.OpenAsync(At($"/consultations/{booked.Id}/note"))).Document.Body!.TextContent, StringComparison.Ordinal);
        using var secretariat = await SignInAsync("secretariat");
        var counted = (await secretariat.OpenAsync(At("/satisfaction"))).Document.QuerySelector("main")!.TextContent;
        Assert.Contains("よかった", counted, StringComparison.Ordinal);
        Assert.DoesNotContain(await portal.Database.ReadAsync<string>("SELECT patient_name FROM telehealth.appointment WHERE id = $1", booked.Id), counted, StringComparison.Ordinal);
    }

    private Uri At(string path) => portal.Node.Url(path, Setagaya);

    private Task<Browser> SignInAsync(string who) => who.StartsWith("doctor", StringComparison.Ordinal)
        ? Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", "desk.localhost") : Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", Setagaya);

    private async Task SignAsync(Booked booked, string doctor, params (string Name, string Value)[] prescription)
    {
        using var browser = await SignInAsync(doctor);
        var path = $"/consultations/{booked.Id}/note";
        var host = doctor.StartsWith("doctor", StringComparison.Ordinal) ? "desk.localhost" : Setagaya;
        var signed = await browser.PostAsync(await browser.OpenAsync(portal.Node.Url(path, host)), path,
        [
            ("do", "sign"), ("subjective", "昨夜から咳"), ("objective", "呼吸は楽そう"), ("assessment", "感冒"), ("plan", "3日後に電話で確認"), ("temperature", "37.4"),
            ("patientFound", "かぜのようです。"), ("patientNext", "3日後にお電話します。"), .. prescription,
        ]);
        Assert.True(signed.Status == HttpStatusCode.SeeOther, $"{signed.Status} {signed.Document.QuerySelector("main")?.TextContent}");
    }

    private async Task<Guid> ReportOfAsync(Booked booked)
    {
        foreach (var key in await portal.Database.ReadAllAsync<string>("SELECT dedupe_key FROM app.work_item WHERE done_at IS NULL AND (kind LIKE 'visits.%' OR kind LIKE 'billing.%')"))
        {
            await WaitUntilDoneAsync(key);
        }
        return Assert.Single(await portal.Database.ReadAllAsync<Guid>("SELECT report_id FROM visits.home_visit WHERE appointment_id = $1", booked.Id));
    }

    private async Task<IReadOnlyList<(string Kind, int Yen)>> LinesOfAsync(Booked booked)
    {
        foreach (var key in await portal.Database.ReadAllAsync<string>("SELECT dedupe_key FROM app.work_item WHERE done_at IS NULL AND kind LIKE 'billing.%'"))
        {
            await WaitUntilDoneAsync(key);
        }
        var lines = (await night.Secretariat.GetAsync("/api/v1/invoice-lines?month=2026-11")).Expect(HttpStatusCode.OK).Body.GetProperty("items");
        return [.. lines.EnumerateArray().Where(l => l.GetProperty("caseNumber").GetString() == booked.Number)
            .Select(l => (l.GetProperty("kind").GetString()!, l.GetProperty("amountYen").GetInt32()))];
    }

    private async Task WaitUntilDoneAsync(string dedupeKey)
    {
        while (!await portal.Database.ReadAsync<bool>("SELECT done_at IS NOT NULL FROM app.work_item WHERE dedupe_key = $1", dedupeKey))
        {
            await portal.Node.Services.GetRequiredService<WorkRunner>().RunNextAsync(TestContext.Current.CancellationToken);
        }
    }
}
