using System.Globalization;
using ClinicPortal.Benchmarks.Desk;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Audit;

/// <param name="Rounds">Interleaved; figures are the medians of the rounds.</param>
/// <param name="Reads">Of each kind in a round.</param>
/// <param name="Entries">To insert, link and verify in a round.</param>
internal sealed record AuditOptions(int Rounds, int Reads, int Entries)
{
    public const string Usage = """
        usage: dotnet run -c Release --project tests/ClinicPortal.Benchmarks -- audit [options]
          --rounds N      interleaved rounds whose median counts (5)
          --reads N       of each kind in a round (2000)
          --entries N     to insert, link and verify in a round (50000)
        """;

    public static AuditOptions? Parse(string[] args)
    {
        var options = new AuditOptions(5, 2_000, 50_000);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var value) || value < 1)
            {
                return null;
            }
            var read = args[i] switch
            {
                "--rounds" => options with { Rounds = value },
                "--reads" => options with { Reads = value },
                "--entries" => options with { Entries = value },
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

/// <summary>
/// What the access log costs: (a) the entry of a read, beside the same read without it; (b) the linker, beside inserting the entries;
/// (c) <c>audit verify</c>, beside a bare SELECT of the same rows. The two of each pair are measured right after each other.
/// </summary>
internal static class AuditBenchmark
{
    private const int Patients = 2_000;

    /// <returns>The exit code: 0, or 2 for options that make no sense.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (AuditOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(AuditOptions.Usage);
            return 2;
        }
        Console.Error.WriteLine("Starting PostgreSQL");
        await using var bed = await TestBed.StartAsync(CancellationToken.None);
        var served = await bed.AddSiteAsync(SiteShape.Of(1, Patients), Patients, CancellationToken.None);
        // A site that no portal serves: its linker would take the entries away from the one that is measured.
        var quiet = await bed.AddSiteAsync(SiteShape.Of(2, Patients), Patients, CancellationToken.None);
        await using var portal = await RunningSite.StartAsync(served, bed, CancellationToken.None);
        using var reads = new RecordedReads(portal.Port);
        await using var chain = new ChainSpeed(quiet, bed.AnchorsOf(quiet));
        var (recorded, chained) = (new List<ReadCost>(), new List<ChainFigures>());
        await chain.BeginAsync(CancellationToken.None);
        await reads.MeasureAsync(options.Reads, CancellationToken.None);
        for (var round = 1; round <= options.Rounds; round++)
        {
            Console.Error.WriteLine($"Round {round} of {options.Rounds}");
            recorded.Add(await reads.MeasureAsync(options.Reads, CancellationToken.None));
            chained.Add(await chain.MeasureAsync(options.Entries, CancellationToken.None));
        }
        // With the round that warmed up: a figure of entries that nobody wrote means nothing.
        if (await served.EntriesAsync(CancellationToken.None) is var written && written != (long)options.Reads * (options.Rounds + 1))
        {
            throw new InvalidOperationException($"{options.Reads * (options.Rounds + 1)} reads were to be recorded, {written} are.");
        }
        Write(options, recorded, chained, await bed.ReadAsync("SHOW server_version", CancellationToken.None), await bed.ReadAsync("SHOW fsync", CancellationToken.None));
        return 0;
    }

    private static void Write(AuditOptions options, List<ReadCost> recorded, List<ChainFigures> chained, string postgres, string fsync)
    {
        double OfReads(Func<ReadCost, double> figure) => Pair.Median(recorded.Select(figure));
        double OfChains(Func<ChainFigures, double> figure) => Pair.Median(chained.Select(figure));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Environment.ProcessorCount} cores; PostgreSQL {postgres}, fsync {fsync}; medians of {options.Rounds} interleaved rounds

            (a) one patient read over HTTP, one client, µs at the median
                with its entry       {OfReads(r => r.RecordedMicroseconds),8:0}
                without              {OfReads(r => r.UnrecordedMicroseconds),8:0}
                the entry            {OfReads(r => r.EntryMicroseconds),8:0}   = {OfReads(r => r.Share),4:0 %} of the request, its commit to the disk included
            (b) entries a second
                inserted, signed     {OfChains(c => c.InsertedPerSecond),8:0}   in transactions of {ChainSpeed.EntriesOfATransaction}, one connection
                linked               {OfChains(c => c.LinkedPerSecond),8:0}   = {OfChains(c => c.LinkedPerSecond / c.InsertedPerSecond),4:0.0} times that
            (c) rows a second
                bare SELECT          {OfChains(c => c.SelectedPerSecond),8:0}
                audit verify         {OfChains(c => c.VerifiedPerSecond),8:0}   = {OfChains(c => c.VerifiedPerSecond / c.SelectedPerSecond),4:0.00} of that
            """));
    }
}
