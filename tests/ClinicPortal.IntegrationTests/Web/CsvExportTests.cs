using System.Globalization;
using System.Text;
using ClinicPortal.IntegrationTests.Associations;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.IntegrationTests.Routes;
using Npgsql;

namespace ClinicPortal.IntegrationTests.Web;

/// <summary>Every CSV file that leaves the portal, with a formula in every text that people can have written: no cell is one for a spreadsheet.</summary>
public sealed class CsvExportTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Host = ClosingSteps.Host;
    private const string Begins = "=+-@\t\r＝＋－＠−";

    /// <summary>Puts a formula's beginning, another from row to row, before every text of the association that is not a word of the program's own.</summary>
    private const string Poison = """
        CREATE TEMP TABLE poisoned (name text);
        DO $$
        DECLARE
          one record;
          free boolean;
        BEGIN
          FOR one IN
            SELECT c.oid::regclass::text AS place, a.attname AS name FROM pg_class c
            JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'text'::regtype AND a.attgenerated = ''
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'work_item'
          LOOP
            EXECUTE format('SELECT coalesce(bool_or(%1$I !~ %3$L OR %2$L ~ %4$L), false) FROM %5$s', one.name, one.name, '^[A-Za-z0-9_.:-]*$', 'phone|mobile|fax|email', one.place) INTO free;
            CONTINUE WHEN NOT free;
            BEGIN
              EXECUTE format('UPDATE %2$s SET %1$I = (%3$L::text[])[1 + abs(hashtext(ctid::text)) %% 11] || %1$I WHERE length(%1$I) > 0',
                one.name, one.place, ARRAY['=', '+', '-', '@', E'\t=', E'\r=', '＝', '＋', '－', '＠', '−']);
              INSERT INTO poisoned VALUES (one.place || '.' || one.name);
            EXCEPTION WHEN integrity_constraint_violation OR check_violation OR unique_violation OR foreign_key_violation THEN
              RAISE NOTICE '% is checked by the database', one.name;
            END;
          END LOOP;
        END $$;
        """;

    private static readonly string[] OfTheSecretariat = ["/members", "/journal", "/attendance", "/pay-sheets"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoCellOfAnyExport_IsAFormula()
    {
        var routes = PortalRoute.AllOf(portal.Node).Where(r => r.Method == "GET" && r.Pattern.EndsWith(".csv", StringComparison.Ordinal)).Select(r => r.Pattern).Order().ToList();
        await PlayAsync();
        var steps = new ClosingSteps(portal);
        await steps.AnnounceAsync(new DateOnly(2027, 3, 31));
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        using var clinic = await Browser.SignInAsync(portal.Node, "clinic1.doctor@setagaya.example", Host);
        await clinic.OpenAsync(portal.Node.Url("/patients", Host));
        var link = await steps.ConfirmAsync(secretariat);

        Assert.Superset(
            new HashSet<string> { "patients.patient.family_name", "patients.patient.phone", "associations.member_clinic.name", "associations.care_facility.name", "app.audit_entry.actor_name" },
            await PoisonAsync());

        var files = new Dictionary<string, string>();
        foreach (var route in routes)
        {
            files[route] = await ReadAsync(OfTheSecretariat.Any(path => route.StartsWith(path, StringComparison.Ordinal)) ? secretariat : clinic, route);
        }
        using (var zip = await steps.DownloadAsync(secretariat, link))
        {
            foreach (var entry in zip.Entries.Where(e => e.FullName.EndsWith(".csv", StringComparison.Ordinal)))
            {
                files[entry.FullName] = ClosingSteps.Text(zip, entry.FullName);
            }
        }

        Assert.True(files.Count > 30, $"{files.Count} files");
        Assert.Equal([], files.SelectMany(file => Cells(file.Value).Where(IsFormula).Select(cell => $"{file.Key}: {cell}")).Take(20));
        // The formulas are there, made harmless: else nothing was tried.
        foreach (var file in new[] { "/patients/looks.csv", "data/patients/patient.csv", "data/nightdesk/case.csv", "data/associations/member_clinic.csv", "audit/audit_entry.csv" })
        {
            Assert.Contains(Cells(files[file]), cell => cell.Length > 1 && cell[0] == '\'' && IsFormula(cell[1..]));
        }
    }

    [Theory]
    [InlineData("a,\"=1\"\"2\"\r\n\"x\ny\",@\r\n", new[] { "a", "=1\"2", "x\ny", "@" })]
    [InlineData("\uFEFFa,\r\n", new[] { "a", "" })]
    public void Cells_AreReadAsASpreadsheetReadsThem(string file, string[] cells) => Assert.Equal(cells, Cells(file));

    /// <summary>What is encrypted in the database cannot be poisoned there: it is told.</summary>
    private async Task PlayAsync()
    {
        var night = new TestNight(portal);
        var patient = await night.PatientAsync();
        await night.ReportedVisitAsync(patient, content: new
        {
            vitals = new { temperature = 38.9, systolic = 132, diastolic = 78, pulse = 104, respiration = 24, spO2 = 92, consciousness = "1" },
            findings = "=HYPERLINK(\"https://evil.example\")", treatment = "+1+1", prescription = "@SUM(A1)", nextStep = "－2",
        });
        await night.Desk.PostAsync("/api/v1/cases", new { patientId = patient, caller = new { kind = "family", name = "＝長男" }, complaint = "=cmd|' /C calc'!A0" });
    }

    private async Task<HashSet<string>> PoisonAsync()
    {
        await using var connection = await portal.Database.Owner.OpenConnectionAsync(Cancellation);
        await using (var command = new NpgsqlCommand(Poison, connection))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }
        await using var read = new NpgsqlCommand("SELECT name FROM poisoned", connection);
        await using var reader = await read.ExecuteReaderAsync(Cancellation);
        var names = new HashSet<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            names.Add(reader.GetString(0));
        }
        return names;
    }

    private async Task<string> ReadAsync(Browser browser, string path)
    {
        using var client = portal.Node.Client(Host);
        client.DefaultRequestHeaders.Add("Cookie", browser.Cookies(Host));
        using var response = await client.GetAsync(path, Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{path} {response.StatusCode}");
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    /// <summary>A number with its minus is none.</summary>
    private static bool IsFormula(string cell) =>
        cell.TrimStart() is [var first, ..] && (Begins.Contains(cell[0], StringComparison.Ordinal) || Begins.Contains(first, StringComparison.Ordinal))
        && !(cell[0] == '-' && decimal.TryParse(cell, CultureInfo.InvariantCulture, out _));

    /// <summary>RFC 4180.</summary>
    private static IEnumerable<string> Cells(string file)
    {
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = file.StartsWith('\uFEFF') ? 1 : 0; i < file.Length; i++)
        {
            switch (file[i])
            {
                case '"' when quoted && i + 1 < file.Length && file[i + 1] == '"':
                    cell.Append(file[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '\r' when !quoted && i + 1 < file.Length && file[i + 1] == '\n':
                    break;
                case ',' or '\n' when !quoted:
                    yield return cell.ToString();
                    cell.Clear();
                    break;
                default:
                    cell.Append(file[i]);
                    break;
            }
        }
    }
}
