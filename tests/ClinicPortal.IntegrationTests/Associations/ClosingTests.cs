using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>An association closes: announced, handed over, held, deleted; each test has its own portal, for much is gone afterwards.</summary>
public sealed class ClosingTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string Host = "setagaya.localhost";

    private static readonly Guid Setagaya = StableId.Of("tenant", "setagaya");

    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TenantDirectory Directory => portal.Node.Services.GetRequiredService<TenantDirectory>();

    private TenantDeletion Deletion => portal.Node.Services.GetRequiredService<TenantDeletion>();

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Operator_AnnouncesADayAhead_AndTakesItBackUntilItIsOver()
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        var path = $"{GuidedOpening.Path("setagaya")}/closing";

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.PostAsync(path, path, ("closesOn", "2026-11-22"), ("confirm", "setagaya"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.PostAsync(path, path, ("closesOn", "2027-03-31"), ("confirm", "tamagawa"))).Status);
        GuidedOpening.Saved(await guide.PostAsync(path, path, ("closesOn", "2027-03-31"), ("confirm", "setagaya")));
        Assert.Equal(new DateOnly(2027, 3, 31), await portal.Database.ReadAsync<DateOnly>("SELECT closes_on FROM app.tenant WHERE id = $1", Setagaya));
        GuidedOpening.Saved(await guide.PostAsync(path, $"{path}/withdraw"));
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT closes_on IS NULL FROM app.tenant WHERE id = $1", Setagaya));

        await CloseAsync(new DateOnly(2026, 11, 20));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.ForgeAsync($"{path}/withdraw")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.ForgeAsync(path, ("closesOn", "2027-03-31"), ("confirm", "setagaya"))).Status);
    }

    [Fact]
    public async Task Secretariat_TakesEverythingOver_EachFileWithItsChecksum()
    {
        var night = new TestNight(portal);
        await night.ReportedVisitAsync(await night.PatientAsync());
        await portal.Database.ExecuteAsync("UPDATE associations.care_facility SET name = '=HYPERLINK(\"https://evil.example\")' WHERE tenant_id = $1", Setagaya);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        Assert.Equal(HttpStatusCode.NotFound, (await secretariat.OpenAsync(portal.Node.Url("/closing", Host))).Status);
        await CloseAsync(new DateOnly(2027, 3, 31));
        var page = await secretariat.OpenAsync(portal.Node.Url("/closing", Host));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, "/closing", ("confirm", "setagaya"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await secretariat.PostAsync(page, "/closing", ("understood", "true"), ("confirm", "yes"))).Status);

        var link = await ConfirmAsync(secretariat);
        using var zip = await DownloadAsync(secretariat, link);

        var files = CheckManifest(zip);
        Assert.Equal(await CountAsync("patients.patient"), files["data/patients/patient.csv"]);
        Assert.Equal(await CountAsync("patients.patient"), files["fhir/Patient.ndjson"]);
        Assert.Equal(await CountAsync("associations.member_clinic"), files["data/associations/member_clinic.csv"]);
        Assert.Equal(await CountAsync("nightdesk.case"), files["data/nightdesk/case.csv"]);
        Assert.Equal(await CountAsync("app.audit_entry"), files["audit/audit_entry.csv"]);
        Assert.Equal(1, files["fhir/Encounter.ndjson"]);
        Assert.Equal(1, files["fhir/Composition.ndjson"]);
        var sheet = Text(zip, Assert.Single(files.Keys, f => f.StartsWith("documents/reports/", StringComparison.Ordinal)));
        Assert.Contains("<h1>往診", WebUtility.HtmlDecode(sheet), StringComparison.Ordinal);
        Assert.Contains(files.Keys, f => f == "settings/setagaya/tenant.yaml");
        // A cell that a spreadsheet would compute is text.
        var facilities = Text(zip, "data/associations/care_facility.csv");
        Assert.Contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\"", facilities, StringComparison.Ordinal);
        foreach (var line in Text(zip, "fhir/Patient.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var patient = JsonDocument.Parse(line);
            Assert.Equal("Patient", patient.RootElement.GetProperty("resourceType").GetString());
        }
        // Nothing of another association.
        var others = await portal.Database.ReadAllAsync<Guid>("SELECT id FROM patients.patient WHERE tenant_id <> $1 LIMIT 50", Setagaya);
        Assert.All(others, other => Assert.DoesNotContain($"{other}", Text(zip, "data/patients/patient.csv"), StringComparison.Ordinal));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.audit_entry WHERE tenant_id = $1 AND action = 'Exported' AND record_kind = 'association'", Setagaya));
    }

    [Fact]
    public async Task Handover_IsSentOnce_ToWhoConfirmedIt_SoonAfter()
    {
        await CloseAsync(new DateOnly(2027, 3, 31));
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Host);
        var late = await ConfirmAsync(secretariat);
        portal.Clock.Advance(TenantHandover.ConfirmedFor);
        Assert.Equal(HttpStatusCode.NotFound, (await secretariat.GetAsync(portal.Node.Url(late, Host))).Status);

        var link = await ConfirmAsync(secretariat);
        Assert.Equal(HttpStatusCode.Forbidden, (await clinic.GetAsync(portal.Node.Url(link, Host))).Status);
        (await DownloadAsync(secretariat, link)).Dispose();

        Assert.Equal(HttpStatusCode.NotFound, (await secretariat.GetAsync(portal.Node.Url(link, Host))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await secretariat.GetAsync(portal.Node.Url($"/closing/{Guid.NewGuid()}/handover.zip", Host))).Status);
    }

    [Fact]
    public async Task ClosedAssociation_IsReadAndNotChanged_AndServedByNoDesk()
    {
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Host);
        var form = await clinic.OpenAsync(portal.Node.Url("/patients/new", Host));
        await CloseAsync(new DateOnly(2026, 11, 21));

        Assert.Equal(HttpStatusCode.Locked, (await clinic.PostAsync(form, "/patients/new", ("familyName", "新しい"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await clinic.OpenAsync(portal.Node.Url("/patients", Host))).Status);
        Assert.DoesNotContain(Directory.Desks.Single().TenantsAt(portal.Clock.Now), t => t.Value == Setagaya);
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        (await DownloadAsync(secretariat, await ConfirmAsync(secretariat))).Dispose();
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.SaveAsync("setagaya", "look", ("accent", "#333333"))).Status);
    }

    [Fact]
    public async Task Records_AreDeletedWhenDue_ProvablyAndOnlyAfterTheHandover()
    {
        var night = new TestNight(portal);
        await night.ReportedVisitAsync(await night.PatientAsync());
        await CloseAsync(new DateOnly(2026, 11, 30));
        var fiveYears = new DateOnly(2031, 12, 1);
        var tenYears = new DateOnly(2036, 12, 1);
        Assert.Empty(await Deletion.RunAsync(tenYears, Cancellation));
        using (var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host))
        {
            (await DownloadAsync(secretariat, await ConfirmAsync(secretariat))).Dispose();
        }
        var manifest = await portal.Database.ReadAsync<string>("SELECT manifest_sha256 FROM app.tenant_handover WHERE tenant_id = $1", Setagaya);
        var others = await RowsOfOthersAsync();

        Assert.Empty(await Deletion.RunAsync(fiveYears.AddDays(-1), Cancellation));
        Assert.Equal([("setagaya", Kept.Charts)], await Deletion.RunAsync(fiveYears, Cancellation));
        Assert.Empty(await Deletion.RunAsync(fiveYears, Cancellation));
        foreach (var table in new[] { "patients.patient", "patients.patient_term", "nightdesk.case", "nightdesk.case_event", "visits.visit_report", "visits.home_visit" })
        {
            Assert.Equal(0, await CountAsync(table));
        }
        Assert.NotEqual(0, await CountAsync("associations.member_clinic"));
        Assert.NotEqual(0, await CountAsync("app.audit_entry"));

        Assert.Equal([("setagaya", Kept.Books)], await Deletion.RunAsync(tenYears, Cancellation));
        // The whole catalogue, not a list that somebody could forget to lengthen.
        var left = new List<string>();
        foreach (var table in await TablesAsync())
        {
            if (await portal.Database.ReadAsync<long>($"SELECT count(*) FROM {table} AS r WHERE r::text LIKE '%{Setagaya}%'") > 0)
            {
                left.Add(table);
            }
        }
        Assert.Equal(["app.tenant", "app.tenant_deletion"], left);
        Assert.Equal(others, await RowsOfOthersAsync());
        Assert.Equal([manifest, manifest], await portal.Database.ReadAllAsync<string>("SELECT manifest_sha256 FROM app.tenant_deletion WHERE association_id = $1", Setagaya));
        Assert.True(await portal.Database.ReadAsync<bool>("SELECT (rows->>'patients.patient')::int > 300 FROM app.tenant_deletion WHERE kind = 'Charts'"));

        // Its name is nobody's again: not the files', not the operator's.
        await Directory.LoadAsync(Cancellation);
        Assert.Null(Directory.ByHost(Host));
        var folder = TenantFolder.Load(portal.Node.Services.GetRequiredService<TenantFiles>().Root);
        var outcome = Assert.Single(await portal.Node.Services.GetRequiredService<TenantImport>().RunAsync([], [folder.Tenants.Single(t => t.Settings.Identifier == "setagaya")], apply: true, Cancellation));
        Assert.Equal(ImportOutcome.Taken, outcome.Outcome);
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.RegisterAsync("setagaya")).Status);
        Assert.Contains(manifest, (await guide.OpenAsync($"{GuidedOpening.Path("setagaya")}/closing")).Document.Body!.TextContent, StringComparison.Ordinal);
    }

    private async Task CloseAsync(DateOnly day)
    {
        await portal.Database.ExecuteAsync("UPDATE app.tenant SET closes_on = $2 WHERE id = $1", Setagaya, day);
        await Directory.LoadAsync(Cancellation);
    }

    /// <summary>Confirms the hand-over and gives the link that the page then shows.</summary>
    private async Task<string> ConfirmAsync(Browser secretariat)
    {
        var confirmed = await secretariat.PostAsync(await secretariat.OpenAsync(portal.Node.Url("/closing", Host)), "/closing", ("understood", "true"), ("confirm", "setagaya"));
        GuidedOpening.Saved(confirmed);
        var ready = await secretariat.OpenAsync(confirmed.Location!);
        return Assert.Single(ready.Document.All.Select(e => e.GetAttribute("href")).OfType<string>().Where(href => href.EndsWith("/handover.zip", StringComparison.Ordinal)).Distinct());
    }

    private async Task<ZipArchive> DownloadAsync(Browser secretariat, string link)
    {
        using var client = portal.Node.Client(Host);
        client.DefaultRequestHeaders.Add("Cookie", $"__Host-session={secretariat.Cookie(Host, "__Host-session")}");
        return new ZipArchive(new MemoryStream(await client.GetByteArrayAsync(link, Cancellation)));
    }

    /// <returns>By path the rows that the manifest says.</returns>
    private static Dictionary<string, long?> CheckManifest(ZipArchive zip)
    {
        using var manifest = JsonDocument.Parse(Text(zip, "manifest.json"));
        var listed = manifest.RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("path").GetString()!);
        Assert.Equal(zip.Entries.Select(e => e.FullName).Where(n => n != "manifest.json").Order(), listed.Keys.Order());
        foreach (var (path, file) in listed)
        {
            using var content = zip.GetEntry(path)!.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            Assert.Equal(bytes.Length, file.GetProperty("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())), file.GetProperty("sha256").GetString());
        }
        return listed.ToDictionary(f => f.Key, f => f.Value.GetProperty("rows") is { ValueKind: JsonValueKind.Number } rows ? rows.GetInt64() : (long?)null);
    }

    private static string Text(ZipArchive zip, string path)
    {
        using var reader = new StreamReader(zip.GetEntry(path)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private Task<long> CountAsync(string table) => portal.Database.ReadAsync<long>($"SELECT count(*) FROM {table} WHERE tenant_id = $1", Setagaya);

    private Task<IReadOnlyList<string>> TablesAsync() => portal.Database.ReadAllAsync<string>("""
        SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1
        """);

    private async Task<string> RowsOfOthersAsync()
    {
        var counts = new StringBuilder();
        foreach (var table in new[] { "patients.patient", "associations.member_clinic", "identity.membership", "roster.shift", "app.tenant_settings" })
        {
            counts.Append(await portal.Database.ReadAsync<long>($"SELECT count(*) FROM {table} WHERE tenant_id <> $1", Setagaya)).Append(' ');
        }
        return counts.ToString();
    }
}
