using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Routes;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.IntegrationTests.Audit;

/// <summary>Every look at a patient and every change is on record.</summary>
public sealed class AuditCoverageTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Setagaya = "setagaya.localhost";
    private const string Desk = "desk.localhost";

    private static readonly (string Role, string Email, string Host)[] People =
    [
        (Roles.DeskOperator, "operator1@desk.example", Desk),
        (Roles.NightDoctor, "doctor1@setagaya.example", Desk),
        (Roles.Driver, "driver1@setagaya.example", Desk),
        (Roles.PlatformOperator, "platform@desk.example", Desk),
        (Roles.Secretariat, "secretariat@setagaya.example", Setagaya),
        (Roles.ClinicDoctor, "clinic1.doctor@setagaya.example", Setagaya),
        (Roles.ClinicStaff, "clinic1@setagaya.example", Setagaya),
        (Roles.FacilityStaff, "facility1@setagaya.example", Setagaya),
    ];

    private static readonly Dictionary<string, string> Keys = new()
    {
        [Roles.DeskOperator] = "demo.desk.operator", [Roles.ClinicDoctor] = "demo.setagaya.clinic1", [Roles.NightDoctor] = "demo.setagaya.doctor1",
        [Roles.Secretariat] = "demo.setagaya.secretariat",
    };

    /// <summary>Known to show a patient: if one of these is met without, the test has stopped seeing anything.</summary>
    private static readonly string[] Bearing =
    [
        "GET /board", "GET /board/live", "GET /cases/{id:guid}", "GET /cases/{id:guid}/chart", "GET /cases/{id:guid}/patient", "GET /cases/new",
        "GET /inbox", "GET /inbox/live", "GET /paper", "GET /paper/patients", "GET /patients", "GET /patients/{id:guid}", "GET /patients/{id:guid}/edit",
        "GET /phone", "GET /phone/live", "GET /phone/cases/{id:guid}/report", "GET /reports/{id:guid}", "GET /reports/{id:guid}/print",
        "GET /api/v1/cases", "GET /api/v1/cases/{id:guid}", "GET /api/v1/patients", "GET /api/v1/reports", "GET /api/v1/reports/{id:guid}",
    ];

    private static readonly string[] Searching = ["GET /patients", "GET /cases/new", "GET /cases/{id:guid}/patient", "GET /api/v1/patients"];

    private readonly Dictionary<string, Browser> browsers = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task EveryAnswer_ThatNamesAPatient_LeavesAnEntry()
    {
        var records = await NightAsync();
        var names = await portal.Database.ReadAllAsync<string>("""
            SELECT family_name || ' ' || given_name FROM patients.patient
            EXCEPT SELECT display_name FROM identity.account
            """);
        // In kana, so that a page which only repeats the question names nobody.
        var (seen, silent) = (new HashSet<string>(), new List<string>());
        foreach (var route in PortalRoute.AllOf(portal.Node).Where(r => r.Method == "GET" && !r.IsAnonymous))
        {
            foreach (var role in route.AllowedRoles is { Count: > 0 } allowed ? allowed : [.. Roles.All])
            {
                var path = records.Path(route);
                foreach (var query in Searching.Contains($"{route}") ? [null, records.PatientKana] : new string?[] { null })
                {
                    var before = await EntriesAsync();
                    if (await ReadAsync(route, role, path, query) is { } body && names.Any(name => body.Contains(name, StringComparison.Ordinal)))
                    {
                        seen.Add(route.ToString());
                        if (await EntriesAsync() == before)
                        {
                            silent.Add($"{route} as {role} ({path} {query})");
                        }
                    }
                }
            }
        }

        Assert.True(silent.Count == 0, $"Not on record:\n{string.Join('\n', silent)}");
        Assert.Empty(Bearing.Except(seen));
    }

    [Fact]
    public async Task EveryChange_OfANight_NamesItsFieldsAndItsPatient()
    {
        var night = new TestNight(portal);
        var patient = await night.PatientAsync();
        var (visited, report) = await night.ReportedVisitAsync(patient);
        (await night.Clinic().PostAsync($"/api/v1/reports/{report}/acknowledge")).Expect(HttpStatusCode.OK);

        var changes = (await portal.Database.AuditAsync("action = 'Changed' AND record_ids && $1 AND $2 = ANY (patient_ids)", new[] { visited, report }, patient))
            .Select(entry => $"{entry.RecordKind} {string.Join(',', entry.Fields)}").ToList();

        Assert.Contains(changes, c => c == "case ");
        Assert.Contains(changes, c => c.StartsWith("case ", StringComparison.Ordinal) && c.Contains("level", StringComparison.Ordinal));
        Assert.Contains(changes, c => c.StartsWith("case ", StringComparison.Ordinal) && c.Contains("outcome", StringComparison.Ordinal));
        foreach (var step in new[] { "answeredAt", "departedAt", "arrivedAt", "completedAt" })
        {
            Assert.Contains(changes, c => c.Contains($"dispatch.{step}", StringComparison.Ordinal));
        }
        Assert.Contains("report submitted", changes);
        Assert.Contains("report acknowledged", changes);
    }

    /// <summary>Who may look at a patient is a patient's matter too: it stands on their record, and in what they are told of it.</summary>
    [Fact]
    public async Task LinksSharingAndEmergencies_AreOnTheRecordOfTheirPatient()
    {
        var night = new TestNight(portal);
        var (own, stranger) = (await night.PatientAsync(), await night.PatientAsync(2));
        var (opened, _) = await night.RequestAsync(own);
        using var desk = await Browser.SignInAsync(portal.Node, "operator1@desk.example", Desk);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Setagaya);

        await SendAsync(desk, Desk, $"/cases/{opened}/links");
        await SendAsync(
            clinic, Setagaya, $"/patients/{own}/sharing", ("grantee", $"{night.ClinicId(2)}"), ("summary", "true"), ("until", "2026-12-31"),
            ("consentBy", "本人"), ("consentHow", "Oral"), ("consentOn", "2026-11-22"));
        await SendAsync(desk, Desk, $"/break-glass/{stranger}", ("reason", "Emergency"), ("explanation", "救急隊からの照会"), ("confirmed", "true"));

        const string About = "SELECT DISTINCT record_kind || ' ' || action FROM app.audit_entry WHERE $1 = ANY (patient_ids)";
        var known = await portal.Database.ReadAllAsync<string>(About, own);
        Assert.Contains("case Opened", known);
        Assert.Contains("link Changed", known);
        Assert.Contains("sharing Changed", known);
        Assert.Contains("break-glass Changed", await portal.Database.ReadAllAsync<string>(About, stranger));

        async Task SendAsync(Browser browser, string host, string path, params (string, string)[] fields) => Assert.Equal(
            HttpStatusCode.SeeOther, (await browser.PostAsync(await browser.GetAsync(portal.Node.Url(path, host)), path, fields)).Status);
    }

    [Fact]
    public async Task Entry_SaysWhoWhereFromAndForWhom()
    {
        var patient = await new TestNight(portal).PatientAsync();
        using var browser = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Setagaya);
        using var request = new HttpRequestMessage(HttpMethod.Get, portal.Node.Url($"/patients/{patient}", Setagaya));
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36");

        await browser.SendAsync(request);

        var entry = await portal.Database.ReadAsync<string>("""
            SELECT concat_ws('|', role, organisation_name, origin, agent, request_id IS NOT NULL, session_id IS NOT NULL, octet_length(mac), key_id, break_glass)
            FROM app.audit_entry WHERE action = 'Opened' AND record_ids = ARRAY[$1] AND agent LIKE 'Chrome%' LIMIT 1
            """, patient);
        var clinic = await portal.Database.ReadAsync<string>("SELECT name FROM associations.member_clinic WHERE id = $1", StableId.Of("setagaya", "clinic1"));
        Assert.Equal($"clinic-doctor|{clinic}|127.0.0.1|Chrome 142 Windows|t|t|32|tests|f", entry);
    }

    private async Task<string?> ReadAsync(PortalRoute route, string role, string path, string? query)
    {
        if (route.IsApi)
        {
            if (!Keys.TryGetValue(role, out var key))
            {
                return null;
            }
            using var client = portal.Node.Client(role == Roles.DeskOperator ? Desk : Setagaya);
            using var request = route.Request(key, query is null ? path : $"{path}?query={Uri.EscapeDataString(query)}");
            using var response = await client.SendAsync(request, Cancellation);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(Cancellation) : null;
        }
        var (_, email, host) = People.Single(p => p.Role == role);
        if (!browsers.TryGetValue(role, out var browser) || route.Pattern.EndsWith("/live", StringComparison.Ordinal) || route.Pattern.EndsWith("/chart", StringComparison.Ordinal))
        {
            // What refreshes itself gets a session of its own: what that was shown before would not be recorded again.
            browser = browsers[role] = await Browser.SignInAsync(portal.Node, email, host);
        }
        var page = await browser.GetAsync(portal.Node.Url(path, host));
        if (query is not null && page.Status == HttpStatusCode.OK)
        {
            page = await browser.SearchAsync(page, $"{path}/search", query);
        }
        return page.Status == HttpStatusCode.OK ? page.Document.DocumentElement.OuterHtml : null;
    }

    /// <summary>A night with something in every list: a report that was handed in, a draft on the way, a call of somebody unknown.</summary>
    private async Task<Records> NightAsync()
    {
        var night = new TestNight(portal);
        var patient = await night.PatientAsync();
        var (_, report) = await night.ReportedVisitAsync(patient);
        var (opened, dispatch) = await night.RequestAsync(patient);
        await night.GoAsync(dispatch, 1, "accept");
        (await night.Doctor().PutAsync($"/api/v1/cases/{opened}/report", TestNight.Written)).Expect(HttpStatusCode.OK);
        var unknown = (await night.Desk.PostAsync("/api/v1/cases", new { association = "setagaya", complaint = "発熱" })).Expect(HttpStatusCode.Created).Id;
        var kana = await portal.Database.ReadAsync<string>("SELECT family_kana || ' ' || given_kana FROM patients.patient WHERE id = $1", patient);
        return new Records(patient, kana, report, opened, dispatch, unknown);
    }

    private Task<long> EntriesAsync() => portal.Database.ReadAsync<long>("SELECT count(*) FROM app.audit_entry WHERE role <> 'portal'");

    private sealed record Records(Guid Patient, string PatientKana, Guid Report, Guid Case, Guid Dispatch, Guid UnknownCase)
    {
        public string Path(PortalRoute route) => route.Pattern.Replace("{id:guid}", Id(route.Pattern).ToString(), StringComparison.Ordinal)
            .Replace("{association}", "setagaya", StringComparison.Ordinal);

        private Guid Id(string pattern) => pattern switch
        {
            "/cases/{id:guid}/patient" => UnknownCase,
            _ when pattern.Contains("cases/{id", StringComparison.Ordinal) => Case,
            _ when pattern.Contains("reports/{id", StringComparison.Ordinal) => Report,
            _ when pattern.Contains("dispatches/{id", StringComparison.Ordinal) => Dispatch,
            _ => Patient,
        };
    }
}
