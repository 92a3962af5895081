using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>An association closes: announced, handed over, held, deleted; each test has its own portal, for much is gone afterwards.</summary>
public sealed class ClosingTests(PortalPostgres postgres) : IAsyncLifetime
{
    private const string Host = ClosingSteps.Host;

    private static readonly Guid Setagaya = ClosingSteps.Setagaya;

    private readonly PortalFixture portal = new(postgres);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TenantDirectory Directory => portal.Node.Services.GetRequiredService<TenantDirectory>();

    private ClosingSteps Steps => new(portal);

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

        var link = await Steps.ConfirmAsync(secretariat);
        using var zip = await Steps.DownloadAsync(secretariat, link);

        var files = ClosingSteps.CheckManifest(zip);
        Assert.Equal(await CountAsync("patients.patient"), files["data/patients/patient.csv"]);
        Assert.Equal(await CountAsync("patients.patient"), files["fhir/Patient.ndjson"]);
        Assert.Equal(await CountAsync("associations.member_clinic"), files["data/associations/member_clinic.csv"]);
        Assert.Equal(await CountAsync("nightdesk.case"), files["data/nightdesk/case.csv"]);
        Assert.Equal(await CountAsync("app.audit_entry"), files["audit/audit_entry.csv"]);
        Assert.Equal(1, files["fhir/Encounter.ndjson"]);
        Assert.Equal(1, files["fhir/Composition.ndjson"]);
        var sheet = ClosingSteps.Text(zip, Assert.Single(files.Keys, f => f.StartsWith("documents/reports/", StringComparison.Ordinal)));
        Assert.Contains("<h1>往診", WebUtility.HtmlDecode(sheet), StringComparison.Ordinal);
        Assert.Contains(files.Keys, f => f == "settings/setagaya/tenant.yaml");
        // A cell that a spreadsheet would compute is text.
        var facilities = ClosingSteps.Text(zip, "data/associations/care_facility.csv");
        Assert.Contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\"", facilities, StringComparison.Ordinal);
        foreach (var line in ClosingSteps.Text(zip, "fhir/Patient.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var patient = JsonDocument.Parse(line);
            Assert.Equal("Patient", patient.RootElement.GetProperty("resourceType").GetString());
        }
        // Nothing of another association.
        var others = await portal.Database.ReadAllAsync<Guid>("SELECT id FROM patients.patient WHERE tenant_id <> $1 LIMIT 50", Setagaya);
        Assert.All(others, other => Assert.DoesNotContain($"{other}", ClosingSteps.Text(zip, "data/patients/patient.csv"), StringComparison.Ordinal));
        Assert.Equal(1, await portal.Database.ReadAsync<long>("SELECT count(*) FROM app.audit_entry WHERE tenant_id = $1 AND action = 'Exported' AND record_kind = 'association'", Setagaya));
    }

    [Fact]
    public async Task Handover_IsSentOnce_ToWhoConfirmedIt_SoonAfter()
    {
        await CloseAsync(new DateOnly(2027, 3, 31));
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1@setagaya.example", Host);
        var late = await Steps.ConfirmAsync(secretariat);
        portal.Clock.Advance(TenantHandover.ConfirmedFor);
        Assert.Equal(HttpStatusCode.NotFound, (await secretariat.GetAsync(portal.Node.Url(late, Host))).Status);

        var link = await Steps.ConfirmAsync(secretariat);
        Assert.Equal(HttpStatusCode.Forbidden, (await clinic.GetAsync(portal.Node.Url(link, Host))).Status);
        (await Steps.DownloadAsync(secretariat, link)).Dispose();

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
        (await Steps.DownloadAsync(secretariat, await Steps.ConfirmAsync(secretariat))).Dispose();
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guide.SaveAsync("setagaya", "look", ("accent", "#333333"))).Status);
    }

    [Fact]
    public async Task Records_AreDeletedWhenDue_ProvablyAndOnlyAfterTheHandover()
    {
        var night = new TestNight(portal);
        await night.ReportedVisitAsync(await night.PatientAsync());
        await Steps.AnnounceAsync(new DateOnly(2026, 11, 30));
        var fiveYears = new DateOnly(2031, 12, 1);
        var tenYears = new DateOnly(2036, 12, 1);
        await Steps.LinkAllAsync();
        Assert.Empty(await Deletion.RunAsync(tenYears, Cancellation));
        (await Steps.TakeOverAsync()).Dispose();
        await Steps.LinkAllAsync();
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
        // What was answered under an idempotency key goes by itself.
        portal.Clock.Advance(TimeSpan.FromDays(8));
        await portal.Node.Services.GetRequiredService<Retention>().SweepAsync(Cancellation);
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

    [Fact]
    public async Task Archive_HasEveryTableOfTheAssociation_RowForRow_OrSaysWhyNot()
    {
        var night = new TestNight(portal);
        await night.ReportedVisitAsync(await night.PatientAsync());
        using (var administrator = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Host))
        {
            var invited = await administrator.PostAsync(
                await administrator.OpenAsync(portal.Node.Url("/staff/invite", Host)), "/staff/invite", ("email", "invited@new.example"), ("role", "clinic-staff"));
            Assert.Equal(HttpStatusCode.SeeOther, invited.Status);
        }
        await Steps.AnnounceAsync(new DateOnly(2027, 3, 31));
        await Steps.LinkAllAsync();

        using var zip = await Steps.TakeOverAsync();

        var rows = ClosingSteps.CheckManifest(zip).Where(f => f.Key.EndsWith(".csv", StringComparison.Ordinal) && f.Value is not null)
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f.Key), f => f.Value);
        using var manifest = JsonDocument.Parse(ClosingSteps.Text(zip, "manifest.json"));
        var leftOut = manifest.RootElement.GetProperty("leftOut").EnumerateObject().Select(table => table.Name).ToHashSet();
        var tables = await portal.Database.ReadAllAsync<string>("""
            SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
            """);
        Assert.Equal([], tables.Where(table => !leftOut.Contains(table) && !rows.ContainsKey(FileOf(table))));
        Assert.Equal([], leftOut.Where(table => !tables.Contains(table) || rows.ContainsKey(FileOf(table))));
        foreach (var table in tables.Where(table => !leftOut.Contains(table) && !table.StartsWith("app.audit", StringComparison.Ordinal)))
        {
            var count = await CountAsync(table);
            Assert.True(count == rows[FileOf(table)], $"{table}: {rows[FileOf(table)]} rows in the archive, {count} in the database.");
        }
        Assert.NotEqual(0, rows["audit_link"]);
        Assert.NotEqual(0, rows["invitation"]);
        // Outside the association's tables, and about its people.
        Assert.Contains("invited@new.example", ClosingSteps.Text(zip, "data/identity/organisation_event.csv"), StringComparison.Ordinal);
        // What opens doors stays behind.
        foreach (var file in zip.Entries.Where(e => e.FullName.StartsWith("data/identity/", StringComparison.Ordinal)))
        {
            Assert.DoesNotMatch("sha256|secret|answer", ClosingSteps.Text(zip, file.FullName).Split('\n')[0]);
        }

        string FileOf(string table) => table.Split('.')[^1].Trim('"');
    }

    [Fact]
    public async Task AccessLog_DeletedWithItsAssociation_IsAccountedFor_AndAFakedDeletionIsFound()
    {
        var koto = StableId.Of("tenant", "koto");
        using (var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@koto.example", "koto.localhost"))
        {
            await clinic.OpenAsync(portal.Node.Url("/patients", "koto.localhost"));
        }
        await Steps.AnnounceAsync(new DateOnly(2026, 11, 30));
        (await Steps.TakeOverAsync()).Dispose();
        await Steps.LinkAllAsync();
        await portal.Node.Services.GetRequiredService<AuditAnchors>().WriteAsync(Cancellation);

        Assert.Equal([("setagaya", Kept.Charts), ("setagaya", Kept.Books)], await Deletion.RunAsync(new DateOnly(2036, 12, 1), Cancellation));

        await Steps.LinkAllAsync();
        var verdict = await VerifyAsync();
        Assert.Empty(verdict.Findings);
        Assert.True(Assert.IsType<DeletedChain>(verdict.Chains.Single(c => c.Tenant == Setagaya).Deleted).Links > 0);

        // A deletion of Koto's log under the true record of Setagaya, with the figures of Koto's chain.
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.tenant_deletion
              (id, association_id, identifier, kind, rows, manifest_sha256, deleted_at, deleted_by, chain_length, chain_mac, chain_faults, mac, key_id)
            SELECT gen_random_uuid(), $1, 'koto', d.kind, d.rows, d.manifest_sha256, d.deleted_at, d.deleted_by, head.sequence, head.mac, 0, d.mac, d.key_id
            FROM app.tenant_deletion d, (SELECT sequence, mac FROM app.audit_link WHERE tenant_id = $1 ORDER BY sequence DESC LIMIT 1) head
            WHERE d.association_id = $2
            """, koto, Setagaya);
        foreach (var table in new[] { "app.audit_patient", "app.audit_link", "app.audit_entry" })
        {
            await portal.Database.ExecuteAsync($"DELETE FROM {table} WHERE tenant_id = $1", koto);
        }
        Assert.Equal([AuditFault.TailLost, AuditFault.DeletionForged], (await VerifyAsync()).Findings.Where(f => f.Tenant == koto).Select(f => f.Fault).Order());

        // The true one, made to say another length, or taken away.
        await portal.Database.ExecuteAsync("UPDATE app.tenant_deletion SET chain_length = chain_length + 1 WHERE association_id = $1", Setagaya);
        Assert.Contains(AuditFault.DeletionForged, (await VerifyAsync()).Findings.Where(f => f.Tenant == Setagaya).Select(f => f.Fault));
        await portal.Database.ExecuteAsync("DELETE FROM app.tenant_deletion WHERE association_id = $1", Setagaya);
        Assert.Equal([AuditFault.TailLost], (await VerifyAsync()).Findings.Where(f => f.Tenant == Setagaya).Select(f => f.Fault));
    }

    [Fact]
    public async Task DatesThatTheOwnerOfTheDatabaseWrites_MakeNothingDeleted()
    {
        await CloseAsync(new DateOnly(2016, 3, 31));
        await portal.Database.ExecuteAsync("""
            INSERT INTO app.tenant_handover (tenant_id, id, account_id, account_name, requested_at, completed_at, files, bytes, manifest_sha256)
            VALUES ($1, gen_random_uuid(), gen_random_uuid(), '事務局', now(), now(), 1, 1, repeat('0', 64))
            """, Setagaya);
        var patients = await CountAsync("patients.patient");

        Assert.Empty(await Deletion.RunAsync(new DateOnly(2026, 11, 22), Cancellation));

        Assert.Equal(patients, await CountAsync("patients.patient"));
    }

    private Task<AuditVerdict> VerifyAsync() => portal.Node.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, Cancellation);

    private async Task CloseAsync(DateOnly day)
    {
        await portal.Database.ExecuteAsync("UPDATE app.tenant SET closes_on = $2 WHERE id = $1", Setagaya, day);
        await Directory.LoadAsync(Cancellation);
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
