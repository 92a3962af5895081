using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Desk;

/// <summary>
/// The night desk beside its floors: (a) opening cases, (b) the board, (c) from a case to the other browsers, (d) all of it in
/// portals of one, a hundred and a thousand associations. The two of each pair are measured in turn, in several rounds.
/// </summary>
internal static class DeskBenchmark
{
    private const double WarmSeconds = 4;

    /// <returns>The exit code: 0, 1 when a target was missed, 2 for options that make no sense.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (DeskOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(DeskOptions.Usage);
            return 2;
        }
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            interrupted.Cancel();
        };
        try
        {
            var report = await MeasureAsync(options, interrupted.Token);
            await Printout.WriteAsync(report);
            return report.Targets.All(t => t.Met) ? 0 : 1;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return 1;
        }
    }

    private static async Task<DeskReport> MeasureAsync(DeskOptions options, CancellationToken cancellationToken)
    {
        Say("Starting PostgreSQL");
        await using var bed = await TestBed.StartAsync(cancellationToken);
        var sites = new List<RunningSite>();
        try
        {
            foreach (var associations in options.Associations)
            {
                Say($"Filling a site of {associations} associations with {options.Patients:N0} patients");
                var site = await bed.AddSiteAsync(SiteShape.Of(associations, options.Patients), options.Patients, cancellationToken);
                sites.Add(await RunningSite.StartAsync(site, bed, cancellationToken));
            }
            var measurements = new Measurements(options, sites);
            Say("Warming up");
            await measurements.CheckAsync(cancellationToken);
            await measurements.WarmAsync(options.Quick ? options.Seconds : WarmSeconds, cancellationToken);
            await bed.CheckpointAsync(cancellationToken);
            for (var round = 1; round <= options.Rounds; round++)
            {
                Say($"Round {round} of {options.Rounds}");
                await measurements.RoundAsync(round, cancellationToken);
            }
            return measurements.Report(
                await bed.ReadAsync("SHOW server_version", cancellationToken), await bed.ReadAsync("SHOW fsync", cancellationToken));
        }
        finally
        {
            foreach (var site in sites)
            {
                await site.DisposeAsync();
            }
        }
    }

    private static void Say(string what) => Console.Error.WriteLine(what);
}
