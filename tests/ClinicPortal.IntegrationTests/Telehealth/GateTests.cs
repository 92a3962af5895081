using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>What must be met before a consultation begins: by the patient on its pages, by the clinic by hand, by a plan.</summary>
public sealed class GateTests : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";

    private readonly PortalFixture portal;
    private readonly TestNight night;
    private readonly TestConsultation consultation;

    public GateTests(PortalFixture portal)
    {
        (this.portal, night, consultation) = (portal, new TestNight(portal), new TestConsultation(portal));
        portal.Clock.Now = NightClock.Start;
    }

    [Fact]
    public async Task Patient_MeetsItsGatesStepByStep_AndTheDoctorReadsUponWhat()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(3), "doctor1");
        using var patient = await consultation.JoinAsync(booked);

        var doctor = await patient.OpenAsync(At("/join/prepare"));
        var words = doctor.Document.QuerySelector("main")!.TextContent;
        Assert.True(words.IndexOf("119", StringComparison.Ordinal) is >= 0 and var first && first < words.IndexOf("910001", StringComparison.Ordinal), words);
        Assert.All(["福田 浩二", "世田谷区医師会診療所", "910001"], word => Assert.Contains(word, words, StringComparison.Ordinal));
        var consent = await FollowAsync(patient, await patient.PostAsync(doctor, "/join/prepare/doctor"));
        var refused = await patient.PostAsync(consent, "/join/prepare/consent", ("whose", "family"), ("name", "長女の名"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("長女の名", refused.Document.GetElementById("name")!.GetAttribute("value"));
        Assert.NotNull(refused.Document.GetElementById("agrees-message"));
        Assert.NotNull(refused.Document.GetElementById("relation-message"));
        var questions = await FollowAsync(patient, await patient.PostAsync(
            refused, "/join/prepare/consent", ("whose", "family"), ("name", "佐藤 恵"), ("relation", "長女"), ("agrees", "true")));
        var unanswered = await patient.PostAsync(questions, "/join/prepare/questionnaire", ("q-changes", "咳が続く"), ("q-temperature", "高い"));
        Assert.Equal("咳が続く", unanswered.Document.QuerySelector("textarea[name=q-changes]")!.TextContent.Trim());
        Assert.NotNull(unanswered.Document.GetElementById("q-fever-message"));
        Assert.NotNull(unanswered.Document.GetElementById("q-temperature-message"));
        var done = await patient.PostAsync(unanswered, "/join/prepare/questionnaire", ("q-changes", "咳が続く"), ("q-fever", "no"), ("q-temperature", "36.9"));
        Assert.Equal("/join/room", (await patient.GetAsync(done.Location!)).Location?.AbsolutePath);

        Assert.Equal(["Consent", "DoctorIdentity", "PatientIdentity", "Questionnaire"], await portal.Database.ReadAllAsync<string>(
            "SELECT gate FROM telehealth.gate_record WHERE appointment_id = $1 AND outcome = 'Met' ORDER BY gate", booked.Id));
        Assert.Equal("sample-1", await portal.Database.ReadAsync<string>("SELECT text_version FROM telehealth.gate_record WHERE appointment_id = $1 AND gate = 'Consent'", booked.Id));
        using var clinic = await SignInAsync("clinic3.doctor");
        var panel = (await clinic.OpenAsync(Gates(booked))).Document.QuerySelector("main")!.TextContent;
        Assert.All(["佐藤 恵(長女)", "咳が続く", "sample-1", "まだ満たしていない条件が1つ"], word => Assert.Contains(word, panel, StringComparison.Ordinal));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("""
            SELECT count(*) FROM app.audit_entry WHERE action = 'Opened' AND record_kind = 'appointment' AND role = 'clinic-doctor' AND $1 = ANY (record_ids)
            """, booked.Id));
    }

    [Fact]
    public async Task Consent_TakenBack_ReopensItsGate()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(3), "doctor1");
        using var patient = await consultation.JoinAsync(booked);
        var consent = await FollowAsync(patient, await patient.PostAsync(await patient.OpenAsync(At("/join/prepare")), "/join/prepare/doctor"));
        await patient.PostAsync(consent, "/join/prepare/consent", ("name", "佐藤 恵"), ("agrees", "true"));
        var before = await consultation.OpenGatesAsync(booked.Id);
        portal.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.SeeOther, (await patient.PostAsync(await patient.OpenAsync(At("/join/consent")), "/join/consent/withdraw")).Status);

        Assert.Equal(before + 1, await consultation.OpenGatesAsync(booked.Id));
        Assert.NotNull((await patient.OpenAsync(At("/join/prepare"))).Document.QuerySelector("form[action='/join/prepare/consent']"));
        // The way there is on the page of the room.
        Assert.NotNull((await patient.OpenAsync(At("/join/room"))).Document.QuerySelector("a[href='/join/consent']"));
    }

    [Fact]
    public async Task Consent_TakenBackDuringTheCall_EndsPictureAndSound()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(3), "doctor1");
        using var patient = await consultation.JoinAsync(booked);
        var consent = await FollowAsync(patient, await patient.PostAsync(await patient.OpenAsync(At("/join/prepare")), "/join/prepare/doctor"));
        await patient.PostAsync(consent, "/join/prepare/consent", ("name", "佐藤 恵"), ("agrees", "true"));
        await consultation.ChangeAsync(booked.Id, a => Assert.Null(a.Arrive(portal.Clock.Now)), a => Assert.Null(a.Admit(0, portal.Clock.Now)));
        await portal.Database.ExecuteAsync("UPDATE telehealth.participant SET state = 'Admitted' WHERE appointment_id = $1", booked.Id);
        portal.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.SeeOther, (await patient.PostAsync(await patient.OpenAsync(At("/join/consent")), "/join/consent/withdraw")).Status);

        Assert.Equal(("Arrived", "Waiting"), (
            await portal.Database.ReadAsync<string>("SELECT status FROM telehealth.appointment WHERE id = $1", booked.Id),
            await portal.Database.ReadAsync<string>("SELECT state FROM telehealth.participant WHERE id = $1", booked.Participant)));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.appointment_event WHERE appointment_id = $1 AND kind = 'ReturnedToWaiting'", booked.Id));
    }

    [Fact]
    public async Task Evidence_ThatSomebodyAltered_IsNotShown()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(3), "doctor1");
        using var patient = await consultation.JoinAsync(booked);
        await patient.PostAsync(await patient.OpenAsync(At("/join/prepare")), "/join/prepare/doctor");
        await portal.Database.ExecuteAsync("""
            UPDATE telehealth.gate_record r SET sealed_evidence = o.sealed_evidence FROM telehealth.gate_record o
            WHERE r.appointment_id = $1 AND o.appointment_id = $1 AND r.gate = 'PatientIdentity' AND o.gate = 'DoctorIdentity'
            """, booked.Id);

        using var clinic = await SignInAsync("clinic3.doctor");
        Assert.Equal(HttpStatusCode.InternalServerError, (await clinic.OpenAsync(Gates(booked))).Status);
    }

    [Fact]
    public async Task ByHand_ClinicRecordsWhoSaidIt_AndOnlyTheDoctorGoesOnWithout()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(3), "doctor1");
        var open = await consultation.OpenGatesAsync(booked.Id);
        using var clinic = await SignInAsync("clinic3");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(clinic, booked, "meet", Setagaya, ("gate", "Consent"), ("way", "Phone"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(clinic, booked, "meet", Setagaya, ("gate", "Consent"), ("way", "Phone"), ("who", "長女"), ("relation", "長女"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(clinic, booked, "meet", Setagaya, ("gate", "Consent"), ("who", "長女"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(clinic, booked, "bypass", Setagaya, ("gate", "PatientIdentity"), ("reason", "急ぐ"), ("emergency", "true"))).Status);
        Assert.Equal(open - 1, await consultation.OpenGatesAsync(booked.Id));

        using var doctor = await SignInAsync("doctor1");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(doctor, booked, "bypass", "desk.localhost", ("gate", "PatientIdentity"), ("reason", "急ぐ"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(doctor, booked, "bypass", "desk.localhost", ("gate", "PatientIdentity"), ("reason", "意識がもうろう"), ("emergency", "true"))).Status);
        Assert.Equal(open - 2, await consultation.OpenGatesAsync(booked.Id));
        Assert.Equal(("Bypassed", "福田 浩二"), (
            await portal.Database.ReadAsync<string>("SELECT outcome FROM telehealth.gate_record WHERE appointment_id = $1 AND gate = 'PatientIdentity'", booked.Id),
            await portal.Database.ReadAsync<string>("SELECT actor_name FROM telehealth.gate_record WHERE appointment_id = $1 AND gate = 'PatientIdentity'", booked.Id)));

        portal.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(clinic, booked, "reopen", Setagaya, ("gate", "Consent"), ("reason", "電話で取り消し"))).Status);
        Assert.Equal(open - 1, await consultation.OpenGatesAsync(booked.Id));
    }

    [Fact]
    public async Task PlanInForce_MeetsItsGate_AndIsWrittenByThePrimaryPhysicianOnly()
    {
        var patient = await night.PatientAsync(2);
        var booked = await consultation.BookAsync(patient, "doctor1");
        var open = await consultation.OpenGatesAsync(booked.Id);
        var path = $"/patients/{patient}/care-plan";
        using var doctor = await SignInAsync("clinic2.doctor");
        var form = await doctor.OpenAsync(At(path));
        (string, string)[] plan = [("aims", "病状の確認"), ("conditions", "高血圧、月1回"), ("inPerson", "胸痛"), ("agreedBy", "本人"), ("agreedOn", "2026-11-20"), ("validFrom", "2026-11-20"), ("validUntil", "2027-05-20")];
        var refused = await doctor.PostAsync(form, path, [.. plan, ("aims", "")]);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "高血圧、月1回"), (refused.Status, refused.Document.QuerySelector("textarea[name=conditions]")!.TextContent.Trim()));
        (string, string)[] whole = [.. plan, ("emergency", "医師会診療所"), ("security", "説明した")];
        Assert.Equal(HttpStatusCode.SeeOther, (await doctor.PostAsync(refused, path, whole)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await doctor.PostAsync(form, path, [.. whole, ("idempotency-key", Guid.NewGuid().ToString("N"))])).Status);

        Assert.Equal(open - 1, await consultation.OpenGatesAsync(booked.Id));
        // What is consented to names it, and who may be present; the evidence keeps by which version.
        using var family = await consultation.JoinAsync(booked);
        var consent = await FollowAsync(family, await family.PostAsync(await family.OpenAsync(At("/join/prepare")), "/join/prepare/doctor"));
        Assert.All(["オンライン診療計画 第1版", "高血圧、月1回", "立ち会う方はいません"], word => Assert.Contains(word, consent.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal));
        await family.PostAsync(consent, "/join/prepare/consent", ("name", "佐藤 恵"), ("agrees", "true"));
        Assert.Contains("第1版", (await doctor.OpenAsync(Gates(booked))).Document.GetElementById("gate-Consent")!.TextContent, StringComparison.Ordinal);
        using var other = await SignInAsync("clinic1.doctor");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(At(path))).Status);
        using var staff = await SignInAsync("clinic2");
        var read = await staff.OpenAsync(At(path));
        Assert.Contains("高血圧、月1回", read.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(read.Document.QuerySelector($"form[action='{path}']"));
        Assert.NotNull((await doctor.OpenAsync(At($"/patients/{patient}"))).Document.QuerySelector($"a[href='{path}']"));
    }

    [Fact]
    public async Task FirstVisit_WithoutAPlan_BeginsByTheDocumentedExceptionOfItsDoctor()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(3), "doctor1", firstVisit: true);
        var open = await consultation.OpenGatesAsync(booked.Id);
        using var clinic = await SignInAsync("clinic3.doctor");
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(clinic, booked, "meet", Setagaya, ("gate", "CarePlan"), ("whyNotInPerson", "夜間"))).Status);

        using var doctor = await SignInAsync("doctor1");
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(doctor, booked, "meet", "desk.localhost", ("gate", "CarePlan"), ("whyNotInPerson", "夜間で来院できない"), ("background", "紹介状あり"))).Status);

        Assert.Equal(open - 1, await consultation.OpenGatesAsync(booked.Id));
        Assert.Contains("紹介状あり", (await doctor.OpenAsync(portal.Node.Url($"/consultations/{booked.Id}/gates", "desk.localhost"))).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    private Uri At(string path) => portal.Node.Url(path, Setagaya);

    private Uri Gates(Booked booked) => At($"/consultations/{booked.Id}/gates");

    private Task<Browser> SignInAsync(string who) => who.StartsWith("doctor", StringComparison.Ordinal)
        ? Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", "desk.localhost") : Browser.SignInAsync(portal.Node, $"{who}@setagaya.example", Setagaya);

    private async Task<BrowserPage> SendAsync(Browser browser, Booked booked, string what, string host, params (string Name, string Value)[] fields)
    {
        var page = await browser.OpenAsync(portal.Node.Url($"/consultations/{booked.Id}/gates", host));
        var token = page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        return await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, portal.Node.Url($"/consultations/{booked.Id}/gates/{what}", host))
        {
            Content = new FormUrlEncodedContent(
                fields.Append(("__RequestVerificationToken", token)).Append(("idempotency-key", Guid.NewGuid().ToString("N"))).Select(f => new KeyValuePair<string, string>(f.Item1, f.Item2))),
        });
    }

    private static async Task<BrowserPage> FollowAsync(Browser browser, BrowserPage answer)
    {
        Assert.True(answer.Status == HttpStatusCode.SeeOther, $"{answer.Status} {answer.Document.QuerySelector("main")?.TextContent}");
        return await browser.GetAsync(answer.Location!);
    }
}
