using System.Globalization;
using System.Text.Json;
using ClinicPortal.Benchmarks.Desk;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Onboarding;

/// <param name="Rounds">Each opens an association of its own; figures are the medians of the rounds.</param>
/// <param name="Clinics">To import into each.</param>
/// <param name="JsonPath">A file for the JSON as well.</param>
internal sealed record OnboardingOptions(int Rounds, int Clinics, string? JsonPath)
{
    public const string Usage = """
        usage: dotnet run -c Release --project tests/ClinicPortal.Benchmarks -- onboarding [options]
          --rounds N      associations to open one after the other; medians count (5)
          --clinics N     to import into each (300)
          --json FILE     also writes the JSON there
        """;

    public static OnboardingOptions? Parse(string[] args)
    {
        var options = new OnboardingOptions(5, 300, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var number = int.TryParse(value, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            var read = args[i] switch
            {
                "--rounds" when number > 0 => options with { Rounds = number },
                "--clinics" when number is > 0 and <= 1_000 => options with { Clinics = number },
                "--json" when value.Length > 0 => options with { JsonPath = value },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }
            options = read;
        }
        return options;
    }
}

/// <summary>What one association took, in seconds.</summary>
/// <param name="Applied"><c>tenants apply</c> of a folder that says it is open.</param>
/// <param name="AppliedFloor">Its two rows, inserted by hand.</param>
/// <param name="Answers">From the command's beginning until its host answers on a running node.</param>
/// <param name="Imported">The list read, checked, previewed and confirmed: all clinics committed, each with its invitation queued.</param>
/// <param name="ImportedFloor">The same rows inserted in one batch of statements, a table each.</param>
/// <param name="Invited">From the confirmation until the mail gateway has taken the last invitation over.</param>
internal sealed record OnboardingFigures(double Applied, double AppliedFloor, double Answers, double Imported, double ImportedFloor, double Invited);

/// <summary>How long an association takes from its folder to hundreds of invited clinics, beside the least that the database needs for the same rows.</summary>
internal static class OnboardingBenchmark
{
    private const int Patients = 2_000;

    /// <returns>The exit code: 0, or 2 for options that make no sense.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (OnboardingOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(OnboardingOptions.Usage);
            return 2;
        }
        Console.Error.WriteLine("Starting PostgreSQL");
        await using var bed = await TestBed.StartAsync(CancellationToken.None);
        var site = await bed.AddSiteAsync(SiteShape.Of(1, Patients), Patients, CancellationToken.None);
        await using var portal = await OnboardingPortal.StartAsync(site, bed, CancellationToken.None);
        await using var floor = new OnboardingFloor(site.Connections.Owner);
        var figures = new List<OnboardingFigures>();
        for (var round = 0; round <= options.Rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? "Warming up" : $"Round {round} of {options.Rounds}");
            var measured = await portal.OpenAsync($"opened-{round:000}", options.Clinics, floor, CancellationToken.None);
            if (round > 0)
            {
                figures.Add(measured);
            }
        }
        await WriteAsync(options, figures, await bed.ReadAsync("SHOW server_version", CancellationToken.None), await bed.ReadAsync("SHOW fsync", CancellationToken.None));
        return 0;
    }

    private static async Task WriteAsync(OnboardingOptions options, List<OnboardingFigures> figures, string postgres, string fsync)
    {
        double Of(Func<OnboardingFigures, double> figure) => Pair.Median(figures.Select(figure));
        var medians = new OnboardingFigures(
            Of(f => f.Applied), Of(f => f.AppliedFloor), Of(f => f.Answers), Of(f => f.Imported), Of(f => f.ImportedFloor), Of(f => f.Invited));
        var (applied, imported) = (Of(f => f.Applied / f.AppliedFloor), Of(f => f.Imported / f.ImportedFloor));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {Environment.ProcessorCount} cores; PostgreSQL {postgres}, fsync {fsync}; medians of {options.Rounds} associations, {options.Clinics} clinics each, seconds

                                                              portal     floor     ratio
            an association applied and opened            {medians.Applied,11:0.000}{medians.AppliedFloor,10:0.000}{applied,10:0.0}
            … until its host answers on a running node   {medians.Answers,11:0.000}
            {options.Clinics} clinics imported, invitations queued     {medians.Imported,11:0.000}{medians.ImportedFloor,10:0.000}{imported,10:0.0}
            … until the last invitation is sent          {medians.Invited,11:0.000}

            """));
        var json = JsonSerializer.Serialize(new
        {
            cores = Environment.ProcessorCount, postgres, fsync, options.Rounds, options.Clinics, medians, appliedRatio = applied, importedRatio = imported, each = figures,
        }, JsonSerializerOptions.Web);
        Console.WriteLine(json);
        if (options.JsonPath is { } path)
        {
            await File.WriteAllTextAsync(path, json);
        }
    }
}
