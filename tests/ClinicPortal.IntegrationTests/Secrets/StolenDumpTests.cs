using System.Net;
using System.Text;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Tenancy;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Secrets;

/// <summary>Whoever steals a dump of the database finds names in it, and nothing of what happened to those who bear them.</summary>
public sealed class StolenDumpTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly string[] Told =
    [
        "夕方から三十九度の熱", "息が苦しそう", "SpO2 が下がってきた", "看取りの相談", "右下肺野に湿性ラ音を聴取", "酸素を開始し改善", "アセトアミノフェン頓用三回分", "明朝に主治医が再診",
        "ご家族は落ち着いて見守っていた", "長女が付き添っていた", "深沢四丁目9-9-909", "倒れていると通行人", "渋滞で向かえない", "ペースメーカー植込み後",
        "次女 深沢 節子", "浴室で意識を失っていた", "転倒の経緯を確かめたい",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dump_AfterANight_HasNames_ButNoWordOfWhatHappenedOrWhere()
    {
        var patient = await PlayAsync();
        // What stands between upload and confirmation is a chart as well.
        using (var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", "setagaya.localhost"))
        {
            await ShareAsync(clinic, patient);
            await UploadAsync(clinic, "カルテ番号,姓,名,セイ,メイ,生年月日,性別,住所,病名\nD-1,伏見,稲,フシミ,イネ,S10.1.1,女,世田谷区経堂1-1-1,ペースメーカー植込み後\n");
        }

        await BreakGlassAsync(patient);

        var dump = await DumpAsync();

        var chart = await portal.Database.OpenAsync<ChartSummary>("patients.patient.sealed_chart", patient);
        var place = await portal.Database.OpenAsync<PatientPlace>("patients.patient.sealed_place", patient);
        string[] secrets =
        [
            .. Told, .. chart.Diagnoses, .. chart.Medicines, .. chart.Allergies, place.Address,
            .. chart.KeyPersons.Select(person => person.Name), chart.Entry ?? place.Address, chart.StandingInstructions ?? place.Address,
            FormattableString.Invariant($"{place.Latitude}"), FormattableString.Invariant($"{place.Longitude}"), "\"complaint\":", "\"temperature\":",
        ];
        Assert.Equal([], secrets.Where(secret => secret.Length > 3 && dump.Contains(secret, StringComparison.Ordinal)));
        // The search finds what is there.
        Assert.Contains(await portal.Database.ReadAsync<string>("SELECT family_name FROM patients.patient WHERE id = $1", patient), dump, StringComparison.Ordinal);
        Assert.Contains("往診 太郎の同行者", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryAddressAndDiagnosisOfTheDemonstration_IsMissingFromADump()
    {
        var dump = await DumpAsync();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in await portal.Database.ReadAllAsync<Guid>("SELECT id FROM patients.patient"))
        {
            var chart = await portal.Database.OpenAsync<ChartSummary>("patients.patient.sealed_chart", id);
            texts.UnionWith([(await portal.Database.OpenAsync<PatientPlace>("patients.patient.sealed_place", id)).Address, .. chart.Diagnoses, .. chart.Medicines]);
        }

        // An association's list of complaints and a facility's own address are nobody's story.
        var open = await portal.Database.ReadAllAsync<string>("SELECT settings::text FROM app.tenant_settings UNION ALL SELECT address FROM associations.care_facility");
        Assert.True(texts.Count > 500);
        Assert.Equal([], texts.Where(text => text.Length > 3 && dump.Contains(text, StringComparison.Ordinal) && !open.Any(o => text.Contains(o, StringComparison.Ordinal) || o.Contains(text, StringComparison.Ordinal))));
    }

    private async Task<Guid> PlayAsync()
    {
        var night = new TestNight(portal);
        var patient = await night.PatientAsync();
        var opened = (await night.Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family", name = "長男" }, complaint = $"{Told[0]}、{Told[1]}" })).Expect(HttpStatusCode.Created).Id;
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/triage", new { level = "orange", reason = Told[2] })).Expect(HttpStatusCode.OK);
        (await night.Desk.PostAsync($"/api/v1/cases/{opened}/outcome", new { outcome = "home-visit", reason = Told[3], requestedBy = "長男", doctorId = StableId.Of("setagaya", "doctor1") }))
            .Expect(HttpStatusCode.OK);
        var declined = (await night.Desk.PostAsync($"/api/v1/cases/{opened}/dispatches", new { unitId = StableId.Of("setagaya", "unit2") })).Expect(HttpStatusCode.Created).Id;
        (await night.Doctor(2).PostAsync($"/api/v1/dispatches/{declined}/decline", new { reason = Told[12] })).Expect(HttpStatusCode.OK);
        var dispatch = (await night.Desk.PostAsync($"/api/v1/cases/{opened}/dispatches", new { unitId = StableId.Of("setagaya", "unit1") })).Expect(HttpStatusCode.Created).Id;
        await night.GoAsync(dispatch, 1, "accept", "depart", "arrive", "complete");
        (await night.Doctor().PutAsync($"/api/v1/cases/{opened}/report", new
        {
            vitals = new { temperature = 38.9, systolic = 132, diastolic = 78 },
            findings = Told[4],
            treatment = Told[5],
            prescription = Told[6],
            nextStep = Told[7],
            freeText = Told[8],
            endOfLife = true,
            deathExpected = true,
            timeOfDeath = NightClock.Start,
            presentAtDeath = Told[9],
        })).Expect(HttpStatusCode.OK);
        var report = (await night.Doctor().PostAsync($"/api/v1/cases/{opened}/report/submit")).Expect(HttpStatusCode.OK).Id;
        (await night.Clinic().PostAsync($"/api/v1/reports/{report}/acknowledge")).Expect(HttpStatusCode.OK);
        (await night.Desk.PostAsync("/api/v1/cases", new
        {
            association = "setagaya",
            caller = new { kind = "other" },
            patient = new { name = "往診 太郎の同行者", address = Told[10] },
            complaint = Told[11],
        })).Expect(HttpStatusCode.Created);
        return patient;
    }

    private async Task ShareAsync(Browser clinic, Guid patient)
    {
        var path = $"/patients/{patient}/sharing";
        var shared = await clinic.PostAsync(
            await clinic.GetAsync(portal.Node.Url(path, "setagaya.localhost")), path, ("grantee", $"{StableId.Of("setagaya", "clinic2")}"), ("summary", "true"),
            ("until", "2026-12-31"), ("consentBy", Told[14]), ("consentHow", "Oral"), ("consentOn", "2026-11-20"));
        Assert.Equal(HttpStatusCode.SeeOther, shared.Status);
    }

    /// <summary>Opened in an emergency, and asked about by the secretariat.</summary>
    private async Task BreakGlassAsync(Guid patient)
    {
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", "desk.localhost");
        var path = $"/break-glass/{patient}";
        var opened = await desk.PostAsync(
            await desk.GetAsync(portal.Node.Url(path, "desk.localhost")), path, ("reason", "Emergency"), ("explanation", Told[15]), ("confirmed", "true"));
        Assert.Equal(HttpStatusCode.SeeOther, opened.Status);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", "setagaya.localhost");
        var list = await secretariat.GetAsync(portal.Node.Url("/break-glass/reviews", "setagaya.localhost"));
        var asked = await secretariat.PostAsync(
            list, list.Document.QuerySelector("form[action^='/break-glass/reviews/']")!.GetAttribute("action")!, ("review", "Questioned"), ("note", Told[16]));
        Assert.Equal(HttpStatusCode.SeeOther, asked.Status);
    }

    private async Task UploadAsync(Browser clinic, string csv)
    {
        var page = await clinic.OpenAsync(portal.Node.Url("/patients/import", "setagaya.localhost"));
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in page.Form("/patients/import"))
        {
            content.Add(new StringContent(value), name);
        }
        content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(csv)), "file", "patients.csv");
        var sent = await clinic.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url) { Content = content });
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
    }

    /// <summary>Every row of every table, as text; bytes as text too, so that what was only packed would be found.</summary>
    private async Task<string> DumpAsync()
    {
        var dump = new StringBuilder();
        foreach (var table in await portal.Database.ReadAllAsync<string>("""
            SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'm') AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            """))
        {
            await using var command = portal.Database.Owner.CreateCommand($"SELECT * FROM {table}");
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    dump.Append(Text(reader, i)).Append('\t');
                }
                dump.Append('\n');
            }
        }
        return dump.ToString();
    }

    private static string Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? "" : row.GetValue(column) switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        Array array => string.Join(',', array.Cast<object>()),
        var value => FormattableString.Invariant($"{value}"),
    };
}
