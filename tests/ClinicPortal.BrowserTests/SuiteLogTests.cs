using System.Buffers;
using ClinicPortal.BrowserTests.Infrastructure;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Modules.Patients.Domain;

namespace ClinicPortal.BrowserTests;

/// <summary>Runs by itself, when all that may run beside each other is over.</summary>
[CollectionDefinition(nameof(AfterAllOthers), DisableParallelization = true)]
public sealed class AfterAllOthers;

/// <summary>Looks through what the whole suite has left in logs and asked for in addresses.</summary>
[Collection(nameof(AfterAllOthers))]
public sealed class SuiteLogTests(Chromium chromium, PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task LogsAndAddresses_OfTheWholeSuite_NameNoPatient()
    {
        var lines = SuiteLog.Listening!.Lines;
        var words = await WordsAsync();
        var told = SearchValues.Create([.. words], StringComparison.OrdinalIgnoreCase);

        // Heard are both: what a browser asks for, and what a node logs of it.
        await using var clinic = await Person.SignInAsync(chromium, portal.Node, "setagaya.localhost", "clinic1.doctor@setagaya.example");
        await clinic.GoToAsync("/patients", "setagaya.localhost");
        var address = portal.Node.Url("/patients", "setagaya.localhost").ToString();
        Assert.Contains(lines, line => line.StartsWith($"requested {address}", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Request starting", StringComparison.Ordinal) && line.Contains(address, StringComparison.Ordinal));
        // And a name would be found, in an address too.
        Assert.True($"GET {address}?query={Uri.EscapeDataString(words[0])} - -".AsSpan().ContainsAny(told));

        Assert.Equal([], lines.Where(line => line.AsSpan().ContainsAny(told)).Take(10));
    }

    /// <summary>Names, readings, numbers, birth dates and homes of all patients of the demonstration, as they are written and as addresses write them.</summary>
    private async Task<List<string>> WordsAsync()
    {
        var words = new List<string>(await portal.Database.ReadAllAsync<string>("""
            SELECT DISTINCT w FROM patients.patient, unnest(ARRAY[
              family_name || ' ' || given_name, family_name || '　' || given_name, family_name || given_name,
              family_kana || ' ' || given_kana, family_kana || '　' || given_kana, family_kana || given_kana,
              phone, mobile, replace(phone, '-', ''), replace(mobile, '-', ''), to_char(birth_date, 'YYYY-MM-DD'), to_char(birth_date, 'YYYY/MM/DD')]) w
            WHERE length(w) > 3 ORDER BY w DESC
            """));
        foreach (var patient in await portal.Database.ReadAllAsync<Guid>("SELECT id FROM patients.patient"))
        {
            words.Add((await portal.Database.OpenAsync<PatientPlace>("patients.patient.sealed_place", patient)).Address);
        }
        return [.. words.SelectMany(word => new[] { word, Uri.EscapeDataString(word), Uri.EscapeDataString(word).Replace("%20", "+", StringComparison.Ordinal) }).Distinct()];
    }
}
