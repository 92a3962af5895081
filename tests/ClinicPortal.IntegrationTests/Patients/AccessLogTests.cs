using System.Net;
using System.Text;
using AngleSharp.Dom;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Patients;

/// <summary>閲覧記録: a clinic sees who looked at its patients, and nobody else's.</summary>
public sealed class AccessLogTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Doctor = "clinic1.doctor@setagaya.example";

    private readonly TestNight night = new(portal);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clinic_SeesWhoLookedAtItsPatient_AndThatTheDeskIsAnotherOrganisation()
    {
        var patient = await night.PatientAsync();
        var opened = (await night.Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family" }, complaint = "発熱" })).Expect(HttpStatusCode.Created).Id;
        (await night.Desk.GetAsync($"/api/v1/cases/{opened}")).Expect(HttpStatusCode.OK);
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        await doctor.GetAsync(Url($"/patients/{patient}"));

        var page = await LooksAsync(doctor, $"/patients/looks?patient={patient}");

        var rows = page.Document.QuerySelectorAll("tbody tr").Select(row => row.TextContent).ToList();
        Assert.Contains(rows, row => row.Contains("受付票を開いた", StringComparison.Ordinal) && row.Contains("他の組織", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("患者サマリーを開いた", StringComparison.Ordinal) && !row.Contains("他の組織", StringComparison.Ordinal));
        var others = await LooksAsync(doctor, $"/patients/looks?patient={patient}&from=&until=&person=&others=true");
        Assert.NotEmpty(others.Document.QuerySelectorAll("tbody tr"));
        Assert.All(others.Document.QuerySelectorAll("tbody tr"), row => Assert.Contains("他の組織", row.TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_GoesOnWhereThePageEnds_WithoutLossOrRepetition()
    {
        var patient = await night.PatientAsync();
        using var api = portal.Node.Api("demo.setagaya.clinic1");
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        for (var i = 0; i < 60; i++)
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(60));
            await doctor.GetAsync(Url($"/patients/{patient}"));
        }

        var first = await LooksAsync(doctor, $"/patients/looks?patient={patient}");
        var older = first.Document.QuerySelector("nav [href*='after=']")!.GetAttribute("href")!;
        var second = await LooksAsync(doctor, older);

        var (one, other) = (Rows(first), Rows(second));
        Assert.Equal(50, one.Count);
        Assert.NotEmpty(other);
        Assert.Empty(one.Intersect(other));
    }

    [Fact]
    public async Task AnotherClinicsPatient_IsAnsweredLikeNobody_AndNotOnTheLog()
    {
        var others = StableId.Of("setagaya", "patient", "S0001");
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);

        foreach (var path in new[] { "/patients/looks?patient={0}", "/patients/looks.csv?patient={0}", "/patients/{0}/history" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(Url(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, others)))).Status);
        }
        Assert.DoesNotContain(others.ToString(), (await doctor.GetAsync(Url("/patients/looks"))).Document.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_IsForExcel_ComputesNothing_AndIsOnRecord()
    {
        var patient = await night.PatientAsync();
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        await doctor.GetAsync(Url($"/patients/{patient}"));
        await portal.Database.ExecuteAsync("UPDATE identity.account SET display_name = '=HYPERLINK(\"x\")' WHERE user_name = $1", "clinic1@setagaya.example");
        using var staff = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Setagaya);
        await staff.GetAsync(Url($"/patients/{patient}"));
        await LinkAsync();

        using var client = portal.Node.Client(Setagaya);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/patients/looks.csv?patient={patient}");
        request.Headers.Add("Cookie", $"__Host-session={doctor.Cookie(Setagaya, "__Host-session")}");
        using var response = await client.SendAsync(request, Cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancellation);

        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), bytes[..3]);
        var text = Encoding.UTF8.GetString(bytes);
        Assert.Contains(",\"'=HYPERLINK(\"\"x\"\")\",", text, StringComparison.Ordinal);
        Assert.True(await portal.Database.ReadAsync<bool>(
            "SELECT EXISTS (SELECT FROM app.audit_entry WHERE action = 'Exported' AND record_kind = 'access-log' AND $1 = ANY (patient_ids))", patient));
    }

    [Fact]
    public async Task StepsOfSharingAndLinks_AreToldInWords_NotInTheProgramsOwn()
    {
        var patient = await night.PatientAsync(2);
        using var doctor = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Setagaya);
        var sharing = $"/patients/{patient}/sharing";
        await doctor.PostAsync(
            await doctor.GetAsync(Url(sharing)), sharing, ("grantee", $"{night.ClinicId(1)}"), ("summary", "true"), ("until", "2026-12-31"), ("consentBy", "本人"),
            ("consentHow", "Oral"), ("consentOn", "2026-11-20"));
        var shared = await doctor.GetAsync(Url(sharing));
        await doctor.PostAsync(shared, shared.Document.QuerySelector("form[action$='/revoke']")!.GetAttribute("action")!);
        var issued = await doctor.PostAsync(
            await doctor.OpenAsync(Url($"/patients/looks?patient={patient}")), $"/patients/{patient}/looks/sheets", ("from", "2026-11-01"), ("until", "2026-12-31"),
            ("reason", "本人から窓口で請求"));
        var links = $"{issued.Location!.AbsolutePath}/links";
        await doctor.PostAsync(await doctor.GetAsync(Url(links)), links);
        await LinkAsync();

        var told = (await doctor.OpenAsync(Url($"/patients/looks?patient={patient}"))).Document.QuerySelector("tbody")!.TextContent;

        Assert.All(["共有を始めた", "共有を取り消した", "リンクを発行した", "リンクの画面を開いた"], word => Assert.Contains(word, told, StringComparison.Ordinal));
        Assert.All(["given", "revoked", $"{night.ClinicId(1)}"], word => Assert.DoesNotContain(word, told, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Sheet_ForThePatient_HasANumber_AndItsReasonIsKept()
    {
        var patient = await night.PatientAsync();
        using var doctor = await Browser.SignInAsync(portal.Node, Doctor, Setagaya);
        await doctor.GetAsync(Url($"/patients/{patient}"));
        await LinkAsync();
        var page = await doctor.OpenAsync(Url($"/patients/looks?patient={patient}"));
        var action = $"/patients/{patient}/looks/sheets";
        (string, string)[] period = [("from", "2026-11-01"), ("until", "2026-12-31")];

        var refused = await doctor.PostAsync(page, action, period);
        var issued = await doctor.PostAsync(page, action, [.. period, ("reason", "本人から窓口で請求")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var sheet = await doctor.OpenAsync(issued.Location!);
        var number = await portal.Database.ReadAsync<string>("SELECT number FROM patients.look_sheet_issue WHERE patient_id = $1", patient);
        var id = await portal.Database.ReadAsync<Guid>("SELECT id FROM patients.look_sheet_issue WHERE patient_id = $1", patient);
        Assert.Equal("本人から窓口で請求", await portal.Database.OpenAsync<string>("patients.look_sheet_issue.sealed_reason", id));
        Assert.Contains(number, sheet.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("患者サマリーを開いた", sheet.Document.Body.TextContent, StringComparison.Ordinal);
        using var other = await Browser.SignInAsync(portal.Node, "clinic2.doctor@setagaya.example", Setagaya);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(issued.Location!)).Status);
    }

    [Fact]
    public async Task Page_IsReadByTheKeys_HoweverLongTheLog()
    {
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.audit_patient SELECT tenant_id, id, $1::timestamptz - i * interval '1 minute', gen_random_uuid()
            FROM patients.patient, generate_series(1, 60) i WHERE tenant_id = $2
            """, NightClock.Start.UtcDateTime, StableId.Of("tenant", "setagaya"));
        await portal.Database.ExecuteAsync("ANALYZE app.audit_patient, app.audit_entry");
        await using var connection = await portal.Database.App.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var scope = new NpgsqlCommand($"SELECT set_config('app.tenants', '{StableId.Of("tenant", "setagaya")}', true)", connection))
        {
            await scope.ExecuteNonQueryAsync(Cancellation);
        }
        var query = new LookQuery(
            StableId.Of("tenant", "setagaya"), [await night.PatientAsync()], NightClock.Start.AddDays(-30), NightClock.Start.AddDays(1));
        await using var explain = new NpgsqlCommand($"EXPLAIN {PatientLooks.Sql(query)}", connection);
        PatientLooks.Bind(explain, query, ListCursor.End, 51);

        var plan = new List<string>();
        await using var reader = await explain.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            plan.Add(reader.GetString(0));
        }

        Assert.Contains(plan, step => step.Contains("using audit_patient_pkey", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("Seq Scan on audit_patient", StringComparison.Ordinal));
    }

    private async Task<BrowserPage> LooksAsync(Browser browser, string path)
    {
        await LinkAsync();
        var page = await browser.GetAsync(Url(path));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return page;
    }

    private async Task LinkAsync()
    {
        while (await portal.Database.ReadAsync<bool>("SELECT EXISTS (SELECT FROM app.audit_unlinked)"))
        {
            await portal.Node.Services.GetRequiredService<AuditLinker>().LinkAsync(Cancellation);
        }
    }

    private static List<string> Rows(BrowserPage page) => [.. page.Document.QuerySelectorAll("tbody tr").Select(row => row.QuerySelector("th")!.TextContent)];

    private Uri Url(string path) => portal.Node.Url(path, Setagaya);
}
