using System.Net;
using ClinicPortal.IntegrationTests.Billing;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Telehealth;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Walls;

/// <summary>
/// Two associations after a night of the same shape, a person of every role in each, and what there is to open.
/// In <see cref="A"/> a shared desk carries the cases, in <see cref="B"/> the clinics do.
/// </summary>
public sealed class WalkFixture(PortalPostgres postgres) : IAsyncLifetime
{
    public const string A = "setagaya";
    public const string B = "koto";

    private const string Desk = "desk.localhost";

    /// <summary>Made of the desk operator's demonstration key, so that whatever else a key must have is there.</summary>
    private const string InsertKey = """
        INSERT INTO identity.api_key
        SELECT (jsonb_populate_record(k, jsonb_build_object('id', gen_random_uuid(), 'sha256', $1::text, 'account_id', m.account_id, 'tenant_id', m.tenant_id,
            'organisation_kind', m.organisation_kind, 'organisation_id', m.organisation_id, 'role', m.role))).*
        FROM identity.api_key k, identity.membership m JOIN identity.account a ON a.id = m.account_id
        WHERE k.sha256 = $2 AND a.user_name = $3 AND m.role = $4
        """;

    private readonly PortalFixture portal = new(postgres);
    private readonly List<Walker> walkers = [];
    private readonly Dictionary<(string Association, string Table), IReadOnlyList<string>> ids = [];

    public PortalFixture Portal => portal;

    public PortalNode Node => portal.Node;

    /// <summary>Everybody whose scope is the one association, or who works for it tonight on the desk's host.</summary>
    internal IReadOnlyList<Walker> Of(string association) => [.. walkers.Where(w => w.Association == association)];

    public async ValueTask InitializeAsync()
    {
        await portal.InitializeAsync();
        foreach (var association in new[] { A, B })
        {
            await PlayAsync(association);
            await WalkedMoney.PlayAsync(Node, association);
            await portal.Database.ExecuteAsync("""
                INSERT INTO associations.test_call (tenant_id, id, clinic_id, requested_at, requested_by_id, requested_by_name)
                VALUES ($1, gen_random_uuid(), $2, $3, gen_random_uuid(), '見本')
                """, StableId.Of("tenant", association), StableId.Of(association, "clinic2"), NightClock.Start.ToUniversalTime());
        }
        foreach (var (role, name, desk) in new[]
        {
            (Roles.Secretariat, "secretariat", false), (Roles.ClinicDoctor, "clinic1.doctor", false), (Roles.ClinicStaff, "clinic1", false),
            (Roles.FacilityStaff, "facility1", false), (Roles.NightDoctor, "doctor1", true), (Roles.Driver, "driver1", true),
        })
        {
            walkers.Add(await SignInAsync(role, $"{name}@{A}.example", desk ? Desk : $"{A}.localhost", A));
            walkers.Add(await SignInAsync(role, $"{name}@{B}.example", $"{B}.localhost", B));
        }
        walkers.Add(await SignInAsync(Roles.DeskOperator, "operator1@desk.example", Desk, A));
        walkers.Add(await SignInAsync(Roles.PlatformOperator, "platform@desk.example", Desk, A));
    }

    /// <summary>Ids of the association's records of a table, those of the night that was played first.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(string association, string table)
    {
        if (table == "identifier")
        {
            return [association];
        }
        if (!ids.TryGetValue((association, table), out var found))
        {
            found = await portal.Database.ReadAllAsync<string>(
                $"SELECT id::text FROM {table} WHERE tenant_id = $1 ORDER BY id DESC LIMIT 4", StableId.Of("tenant", association));
            ids.Add((association, table), found);
        }
        return found;
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    /// <summary>A person of the demonstration, with a session on the host and a key of the same membership.</summary>
    internal async Task<Walker> SignInAsync(string role, string email, string host, string association)
    {
        var key = Guid.NewGuid().ToString();
        Assert.Equal(1, await portal.Database.ExecuteAsync(
            InsertKey, $@"\x{Convert.ToHexString(Secret.Sha256(key))}", Secret.Sha256("demo.desk.operator"), email, role));
        var isAdministrator = await portal.Database.ReadAsync<bool>("""
            SELECT coalesce(bool_or((to_jsonb(m) ->> 'administrator')::boolean), false)
            FROM identity.membership m JOIN identity.account a ON a.id = m.account_id WHERE a.user_name = $1
            """, email);
        using var browser = await Browser.SignInAsync(Node, email, host);
        var page = await browser.OpenAsync(Node.Url("/", host));
        var token = page.Document.QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value");
        Assert.NotNull(token);
        if (role == Roles.ClinicDoctor)
        {
            await ShareAsync(browser, host, association);
            await UploadAsync(browser, host, "/patients/import", "姓,名,セイ,メイ,生年月日,性別,住所\n見本,花子,ミホン,ハナコ,1950-01-01,女,区内\n");
        }
        if (role == Roles.Secretariat)
        {
            await UploadAsync(browser, host, "/members/import", "医療機関名,フリガナ,医療機関コード,所在地,電話番号\n見本医院,ミホン,1,区内,1\n");
        }
        if (role == Roles.NightDoctor)
        {
            await BreakGlassAsync(browser, host, association);
        }
        return new Walker(Node, role, host, association, isAdministrator, browser.Cookies(host), token, key);
    }

    /// <summary>A file that waits to be confirmed.</summary>
    private async Task UploadAsync(Browser browser, string host, string path, string file)
    {
        var page = await browser.GetAsync(Node.Url(path, host));
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in page.Form(path).Where(field => field.Key != "file"))
        {
            content.Add(new StringContent(value), name);
        }
        content.Add(new StringContent(file), "file", "list.csv");
        var uploaded = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, page.Url) { Content = content });
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.Status);
    }

    /// <summary>A patient shared with another clinic.</summary>
    private async Task ShareAsync(Browser browser, string host, string association)
    {
        var path = $"/patients/{(await IdsAsync(association, "patients.patient"))[0]}/sharing";
        var shared = await browser.PostAsync(
            await browser.GetAsync(Node.Url(path, host)), path, ("grantee", $"{StableId.Of(association, "clinic2")}"), ("summary", "true"), ("until", "2026-12-31"),
            ("consentBy", "本人"), ("consentHow", "Oral"), ("consentOn", "2026-11-20"));
        Assert.Equal(HttpStatusCode.SeeOther, shared.Status);
    }

    /// <summary>A record opened in an emergency.</summary>
    private async Task BreakGlassAsync(Browser browser, string host, string association)
    {
        var path = $"/break-glass/{(await IdsAsync(association, "patients.patient"))[0]}";
        var opened = await browser.PostAsync(
            await browser.GetAsync(Node.Url(path, host)), path, ("reason", "Emergency"), ("explanation", "連絡がつかない"), ("confirmed", "true"));
        Assert.Equal(HttpStatusCode.SeeOther, opened.Status);
    }

    /// <summary>One visit reported, another asked for: of a patient who lives in the first facility.</summary>
    private async Task PlayAsync(string association)
    {
        var night = new TestNight(portal, association);
        var patients = await portal.Database.ReadAllAsync<Guid>("""
            SELECT id FROM patients.patient WHERE primary_clinic_id = $1 ORDER BY facility_id IS NOT DISTINCT FROM $2 DESC, id LIMIT 2
            """, night.ClinicId(1), StableId.Of(association, "facility1"));
        await portal.Database.ExecuteAsync(
            "UPDATE patients.patient SET facility_id = $2, facility_name = '施設' WHERE id = ANY ($1)", patients.ToArray(), StableId.Of(association, "facility1"));
        var (visited, report) = await night.ReportedVisitAsync(patients[0]);
        var (asked, dispatch) = await night.RequestAsync(patients[1]);
        await portal.Database.ExecuteAsync("""
            INSERT INTO patients.look_sheet_issue (tenant_id, id, patient_id, number, from_day, until_day, sealed_reason, issued_by, issued_by_name, issued_at)
            SELECT tenant_id, gen_random_uuid(), id, 'K1', '2026-11-01', '2026-11-22', '\x00', id, '', now() FROM patients.patient WHERE id = $1
            """, patients[0]);
        await InvoiceAsync(association);
        var booked = await BookAsync(association, patients[0], visited);
        var consultations = new TestConsultation(portal, association);
        var held = await consultations.BookAsync(patients[0], "doctor1");
        await consultations.HoldAsync(held.Id);
        await consultations.PrescribeAsync(held.Id);
        Guid[] coming = [(await consultations.BookAsync(patients[1], "clinic1.doctor")).Id, (await consultations.BookAsync(patients[1], "doctor1")).Id];
        ids.Add((association, "patients.patient"), [.. patients.Select(p => p.ToString())]);
        ids.Add((association, "nightdesk.case"), [$"{asked}", $"{visited}"]);
        ids.Add((association, "nightdesk.dispatch"), [$"{dispatch}"]);
        ids.Add((association, "telehealth.appointment"), [$"{(await BookedConsultation.BookAsync(Node, portal.Database, association)).Id}", $"{booked}", .. coming.Select(id => $"{id}")]);
        ids.Add((association, "visits.visit_report"), [$"{report}"]);
    }

    /// <summary>October's invoice of the first clinic, issued, with its files; the month's run.</summary>
    private async Task InvoiceAsync(string association)
    {
        var invoices = new TestInvoices(portal.Database, Node, association);
        await invoices.WriteLinesAsync(1, 2, "2026-10-01");
        var run = await invoices.RunAsync("2026-10");
        var id = await invoices.InvoiceOfAsync(run, StableId.Of(association, "clinic1"));
        foreach (var format in new[] { "Pdf", "Xml" })
        {
            await portal.Database.ExecuteAsync("""
                INSERT INTO billing.invoice_document (tenant_id, id, invoice_id, format, content, sha256, created_at)
                VALUES ($1, gen_random_uuid(), $2, $3, '\x20', sha256('\x20'), now()) ON CONFLICT DO NOTHING
                """, invoices.Tenant, id, format);
        }
        ids.Add((association, "billing.invoice"), [$"{id}"]);
        ids.Add((association, "billing.invoice_run"), [$"{run}"]);
    }

    /// <summary>A consultation by video that concerns everybody who can have one: from a case, of a resident, with the night doctor; and a place on the waiting list.</summary>
    private async Task<Guid> BookAsync(string association, Guid patient, Guid from)
    {
        var evening = new TestEvening(Node, portal.Database, association);
        var booked = (await evening.BookAsync(evening.Clinic(), TestEvening.Wish(patient, evening.Doctor("doctor1"), TestEvening.Monday18))).Value;
        await portal.Database.ExecuteAsync("UPDATE telehealth.appointment SET case_id = $2, case_number = '見本' WHERE id = $1", booked.Id, from);
        var day = new DateOnly(2026, 11, 24);
        var waits = (await evening.RunAsync(evening.Clinic(), services => services.GetRequiredService<JoinWaitingListHandler>().HandleAsync(
            new JoinWaitingListInput(patient, "followUp", null, day, day, null, null, null), TestContext.Current.CancellationToken))).Value;
        ids.Add((association, "telehealth.waiting_entry"), [$"{waits.Id}"]);
        return booked.Id;
    }
}
