using System.Collections.Concurrent;
using System.Net;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Patients.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClinicPortal.IntegrationTests.Web;

/// <summary>A night by API and on the screens leaves nobody's name, number or address in the logs, however much is logged; addresses of pages are logged too.</summary>
public sealed class PersonalDataTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Logs_OfAWholeNight_NameNoPatient()
    {
        var log = new Everything();
        await using var node = await PortalNode.StartAsync(portal.Database, portal.Clock, services =>
        {
            services.AddSingleton<ILoggerProvider>(log);
            services.Configure<LoggerFilterOptions>(filter =>
            {
                filter.Rules.Clear();
                filter.MinLevel = LogLevel.Debug;
            });
        });
        var patient = await new TestNight(portal).PatientAsync();
        var words = await WordsAsync(patient);

        await PlayAsync(node, patient, words);

        Assert.Contains(log.Lines, line => line.Contains("/cases/new/search", StringComparison.Ordinal));
        Assert.Equal([], log.Lines.Where(line => words.Any(word => line.Contains(word, StringComparison.Ordinal) || line.Contains(Uri.EscapeDataString(word), StringComparison.OrdinalIgnoreCase))));
    }

    private async Task<string[]> WordsAsync(Guid patient)
    {
        var place = await portal.Database.OpenAsync<PatientPlace>("patients.patient.sealed_place", patient);
        var named = await portal.Database.ReadAsync<string>(
            "SELECT concat_ws('|', family_name || ' ' || given_name, family_kana || ' ' || given_kana, phone, mobile) FROM patients.patient WHERE id = $1", patient);
        return [place.Address, "苦しそうにしている", "電話口の長女", "090-0000-7531", "右下肺野に湿性ラ音を聴取", .. named.Split('|')];
    }

    private async Task PlayAsync(PortalNode node, Guid patient, string[] words)
    {
        var (complaint, caller, phone, kana) = (words[1], words[2], words[3], words[6]);
        using var desk = await Browser.SignInAsync(node, "operator1@desk.example", "desk.localhost");
        var board = await desk.OpenAsync(node.Url("/board", "desk.localhost"));
        var found = await desk.SearchAsync(board, "/cases/new/search", kana);
        Assert.NotNull(found.Document.QuerySelector($"button[name=patientId][value='{patient}']"));
        var sent = await desk.PostAsync(found, "/cases/new",
            ("patientId", patient.ToString()), ("caller.kind", "Family"), ("caller.name", caller), ("caller.phone", phone), ("complaint", complaint));
        var page = await desk.OpenAsync(sent.Location!);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        // Refused, with what was typed.
        await desk.PostAsync(await desk.OpenAsync(node.Url("/cases/new", "desk.localhost")), "/cases/new", ("caller.name", caller), ("complaint", complaint), ("patient.birthDate", caller));
        var night = new TestNight(portal);
        await night.ReportedVisitAsync(patient);
        using var clinic = await Browser.SignInAsync(node, "clinic1.doctor@setagaya.example", "setagaya.localhost");
        foreach (var path in new[] { "/inbox", "/patients", $"/patients/{patient}", $"/patients/{patient}/edit", "/paper" })
        {
            await clinic.OpenAsync(node.Url(path, "setagaya.localhost"));
        }
        await clinic.SearchAsync(await clinic.OpenAsync(node.Url("/patients", "setagaya.localhost")), "/patients/search", kana);
        using var api = node.Api("demo.desk.operator");
        (await api.PostAsync("/api/v1/patients/search", new { query = kana }, "")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("/api/v1/cases", new { association = "setagaya", complaint, caller = new { kind = "no such kind", name = caller } })).Expect(HttpStatusCode.BadRequest);
        // The database refuses a row and says why.
        await Assert.ThrowsAnyAsync<Exception>(() => portal.Database.ExecuteAsync("UPDATE patients.patient SET family_name = NULL WHERE id = $1", patient));
    }

    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
