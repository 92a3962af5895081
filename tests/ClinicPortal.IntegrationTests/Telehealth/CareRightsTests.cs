using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Telehealth;

/// <summary>A photo of a document over the wire, what a first visit may be given, and what a secondary physician may see and do.</summary>
public sealed class CareRightsTests : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Koto = "koto.localhost";
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, .. Enumerable.Repeat((byte)7, 400)];

    private readonly PortalFixture portal;
    private readonly TestNight night;
    private readonly TestConsultation consultation;

    public CareRightsTests(PortalFixture portal)
    {
        (this.portal, night, consultation) = (portal, new TestNight(portal), new TestConsultation(portal));
        portal.Clock.Now = NightClock.Start;
    }

    [Fact]
    public async Task PhotoOfADocument_IsSentByTheFamily_LookedAtOnce_AndGone()
    {
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.tenant_settings (tenant_id, version, settings, sha256, applied_at, applied_by, starts_at)
            SELECT tenant_id, version + 1, jsonb_set(settings, '{settings,onlineConsultation,patientDocument}', 'true'), sha256, applied_at, applied_by, starts_at
            FROM app.tenant_settings WHERE tenant_id = $1
            """, StableId.Of("tenant", "setagaya"));
        await portal.Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(TestContext.Current.CancellationToken);
        var booked = await consultation.BookAsync(await night.PatientAsync(3), "doctor1");
        using var family = await consultation.JoinAsync(booked);
        var open = await consultation.OpenGatesAsync(booked.Id);
        await family.PostAsync(await family.OpenAsync(At("/join/prepare")), "/join/prepare/doctor");
        await family.PostAsync(await family.OpenAsync(At("/join/prepare")), "/join/prepare/consent", ("name", "佐藤 恵"), ("agrees", "true"));
        await family.PostAsync(await family.OpenAsync(At("/join/prepare")), "/join/prepare/questionnaire", ("q-changes", "咳"), ("q-fever", "no"));
        var page = await family.OpenAsync(At("/join/prepare"));

        foreach (var (file, said) in new[] { ("<script>alert(1)</script>"u8.ToArray(), "写真"), (new byte[IdentityDocument.MaxBytes + 1], "5"), ([], "") })
        {
            var refused = await SendAsync(family, page, file);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains(said, refused.Document.GetElementById("document-message")?.TextContent ?? "", StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.SeeOther, (await SendAsync(family, page, Jpeg)).Status);
        Assert.Equal("/join/room", (await family.GetAsync(At("/join/prepare"))).Location?.AbsolutePath);

        // Not the family itself, not another clinic, not the desk: those who have to look at it.
        var photo = $"/consultations/{booked.Id}/gates/document";
        Assert.NotEqual(HttpStatusCode.OK, (await family.GetAsync(At(photo))).Status);
        using var stranger = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Setagaya);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(At(photo))).Status);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic3@setagaya.example", Setagaya);
        using var http = portal.Node.Client(Setagaya);
        http.DefaultRequestHeaders.Add("Cookie", $"__Host-session={clinic.Cookie(Setagaya, "__Host-session")}");
        using (var shown = await http.GetAsync(photo, TestContext.Current.CancellationToken))
        {
            Assert.Equal("image/jpeg", shown.Content.Headers.ContentType?.MediaType);
            Assert.Equal(Jpeg, await shown.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
        Assert.NotEmpty(await portal.Database.AuditAsync("action = 'Opened' AND record_kind = 'appointment' AND role = 'clinic-staff' AND $1 = ANY (record_ids)", booked.Id));
        var gates = await clinic.OpenAsync(At($"/consultations/{booked.Id}/gates"));
        var token = gates.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var judged = await clinic.SendAsync(new HttpRequestMessage(HttpMethod.Post, At(photo))
        {
            Content = new FormUrlEncodedContent([new("gate", "PatientDocument"), new("do", "matches"), new("__RequestVerificationToken", token), new("idempotency-key", Guid.NewGuid().ToString("N"))]),
        });
        Assert.Equal(HttpStatusCode.SeeOther, judged.Status);

        Assert.Equal(0, await portal.Database.ReadAsync<long>("SELECT count(*) FROM telehealth.identity_document WHERE appointment_id = $1", booked.Id));
        Assert.Equal(HttpStatusCode.NotFound, (await clinic.GetAsync(At(photo))).Status);
        // By the link itself, doctor, consent, questionnaire and photo; the plan is left.
        Assert.Equal(1, await consultation.OpenGatesAsync(booked.Id));
        Assert.True(open > 1);
    }

    [Fact]
    public async Task FirstVisit_WithBackground_MayBeGivenMore_ButNeverWhatIsControlled()
    {
        var booked = await consultation.BookAsync(await night.PatientAsync(), firstVisit: true);
        var (path, gates) = ($"/consultations/{booked.Id}/note", $"/consultations/{booked.Id}/gates");
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Setagaya);
        (string, string)[] risky = [("do", "draft"), ("subjective", "動悸"), ("drug0", "ワーファリン(ワルファリン)錠1mg"), ("days0", "14")];
        var without = await doctor.PostAsync(await doctor.OpenAsync(At(path)), path, risky);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.Status);
        Assert.Contains("安全管理", without.Document.GetElementById("drug0-message")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(without.Document.GetElementById("days0-message"));

        var token = (await doctor.OpenAsync(At(gates))).Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var documented = await doctor.SendAsync(new HttpRequestMessage(HttpMethod.Post, At($"{gates}/meet"))
        {
            Content = new FormUrlEncodedContent(
            [
                new("gate", "CarePlan"), new("background", "循環器内科の紹介状"), new("whyNotInPerson", "夜間で来院できない"), new("__RequestVerificationToken", token),
                new("idempotency-key", Guid.NewGuid().ToString("N")),
            ]),
        });
        Assert.Equal(HttpStatusCode.SeeOther, documented.Status);

        var controlled = await doctor.PostAsync(await doctor.OpenAsync(At(path)), path, ("do", "draft"), ("subjective", "動悸"), ("drug0", "エチゾラム錠0.5mg"), ("days0", "3"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, controlled.Status);
        Assert.Contains("向精神薬", controlled.Document.GetElementById("drug0-message")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await doctor.PostAsync(await doctor.OpenAsync(At(path)), path, risky)).Status);
    }

    [Fact]
    public async Task SecondaryPhysician_WherePhysiciansArePaired_SeesAndArranges_ButNeitherConductsNorPlans()
    {
        var (koto, pairs) = (new TestConsultation(portal, "koto"), new TestNight(portal, "koto"));
        var patient = await pairs.PatientAsync(1, 2);
        var booked = await koto.BookAsync(patient);
        using var second = await Browser.SignInAsync(portal.Node, "clinic2.doctor@koto.example", Koto);
        foreach (var path in new[] { $"/appointments/{booked.Id}", $"/appointments/{booked.Id}/links", $"/appointments/{booked.Id}/move", $"/consultations/{booked.Id}/gates", $"/patients/{patient}/care-plan" })
        {
            Assert.Equal(HttpStatusCode.OK, (await second.GetAsync(portal.Node.Url(path, Koto))).Status);
        }
        // The room and its ticket are the doctor's; the plan is the primary physician's; a draft is the doctor's until it is signed.
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync(portal.Node.Url($"/consultations/{booked.Id}", Koto))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync(portal.Node.Url($"/consultations/{booked.Id}/ticket", Koto))).Status);
        Assert.Null((await second.OpenAsync(portal.Node.Url($"/patients/{patient}/care-plan", Koto))).Document.QuerySelector("form[action$='/care-plan']"));
        using (var first = await Browser.SignInAsync(portal.Node, "clinic1.doctor@koto.example", Koto))
        {
            var note = $"/consultations/{booked.Id}/note";
            Assert.Equal(HttpStatusCode.SeeOther, (await first.PostAsync(await first.OpenAsync(portal.Node.Url(note, Koto)), note, ("do", "draft"), ("subjective", "書きかけの言葉"))).Status);
            var read = await second.OpenAsync(portal.Node.Url(note, Koto));
            Assert.DoesNotContain("書きかけの言葉", read.Document.Body!.TextContent, StringComparison.Ordinal);
            Assert.Null(read.Document.QuerySelector("form[action$='/note']"));
        }
        using var api = portal.Node.Api("demo.koto.clinic2");
        Assert.Equal("cancelled", (await api.PostAsync($"/api/v1/appointments/{booked.Id}/cancel", new { reason = "家族から電話" })).Expect(HttpStatusCode.OK).Text("status"));
        using var third = portal.Node.Api("demo.koto.clinic4");
        (await third.GetAsync($"/api/v1/appointments/{booked.Id}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task SecondaryClinic_WherePhysiciansAreNotPaired_IsToldNothing()
    {
        var patient = await night.PatientAsync(1, 11);
        var booked = await consultation.BookAsync(patient);
        Assert.Equal(StableId.Of("setagaya", "clinic11"), await portal.Database.ReadAsync<Guid>("SELECT secondary_clinic_id FROM telehealth.appointment WHERE id = $1", booked.Id));
        using var second = portal.Node.Api("demo.setagaya.clinic11");

        (await second.GetAsync($"/api/v1/appointments/{booked.Id}")).Expect(HttpStatusCode.NotFound);
        (await second.PostAsync($"/api/v1/appointments/{booked.Id}/cancel", new { reason = "x" })).Expect(HttpStatusCode.NotFound);
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic11.doctor@setagaya.example", Setagaya);
        foreach (var path in new[] { $"/appointments/{booked.Id}", $"/consultations/{booked.Id}/gates", $"/consultations/{booked.Id}/note" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(At(path))).Status);
        }
    }

    private Uri At(string path) => portal.Node.Url(path, Setagaya);

    private static Task<BrowserPage> SendAsync(Browser browser, BrowserPage page, byte[] file)
    {
        const string Path = "/join/prepare/document";
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in page.Form(Path).Where(field => field.Key is not ("document" or "idempotency-key")))
        {
            content.Add(new StringContent(value), name);
        }
        content.Add(new StringContent(Guid.NewGuid().ToString("N")), "idempotency-key");
        content.Add(new ByteArrayContent(file), "document", "card.jpg");
        return browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(page.Url, Path)) { Content = content });
    }
}
