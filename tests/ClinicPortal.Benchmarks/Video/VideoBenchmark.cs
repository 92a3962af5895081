using System.Text.Json;
using ClinicPortal.Benchmarks.Desk;
using ClinicPortal.Benchmarks.Load;
using ClinicPortal.Benchmarks.Sites;

namespace ClinicPortal.Benchmarks.Video;

/// <summary>Signalling of many rooms at once on one node, beside a bare SignalR hub in the same process; the two are measured in turn.</summary>
internal static class VideoBenchmark
{
    public const string Usage = "video [--rooms 500] [--rounds 3] [--seconds 10] [--per-second 1000]";
    private const double MostP99Ms = 50;

    public static async Task<int> RunAsync(string[] args)
    {
        int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length && int.TryParse(args[at + 1], out var value) && value > 0 ? value : otherwise;
        var (rooms, rounds, seconds, rate) = (Option("--rooms", 500), Option("--rounds", 3), Option("--seconds", 10), Option("--per-second", 1000));
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            interrupted.Cancel();
        };
        Console.Error.WriteLine("Starting PostgreSQL and the portal");
        await using var bed = await TestBed.StartAsync(interrupted.Token);
        var site = await bed.AddSiteAsync(SiteShape.Of(1, 100), 100, interrupted.Token);
        await Rooms.FillAsync(site, rooms, interrupted.Token);
        await using var running = await RunningSite.StartAsync(site, bed, interrupted.Token);
        RelaySignals Plan(bool bare, double length) => new(running.Port, $"{SiteIds.Association(0)}.localhost", rooms, length, rate, bare);
        var (portal, floor) = (new List<Latencies>(), new List<Latencies>());
        Console.Error.WriteLine("Warming up");
        await running.MeasureAsync(Plan(false, 3), interrupted.Token);
        await running.MeasureAsync(Plan(true, 3), interrupted.Token);
        for (var round = 1; round <= rounds; round++)
        {
            Console.Error.WriteLine($"Round {round} of {rounds}");
            portal.Add((await running.MeasureAsync(Plan(false, seconds), interrupted.Token)).Latency);
            floor.Add((await running.MeasureAsync(Plan(true, seconds), interrupted.Token)).Latency);
        }
        var (own, bare) = (Median(portal), Median(floor));
        Console.WriteLine($"""
            {Environment.ProcessorCount} cores; {rooms} rooms of two, {rate} messages/s; medians of {rounds} interleaved rounds of {seconds} s, ms

                                 p50       p99
            room       {own.P50,13:0.00}{own.P99,10:0.00}
            bare relay {bare.P50,13:0.00}{bare.P99,10:0.00}

            {(own.P99 < MostP99Ms ? "met   " : "MISSED")} p99 of the room below {MostP99Ms:0} ms

            {JsonSerializer.Serialize(new { rooms, rate, seconds, portal = own, floor = bare, rounds = portal.Zip(floor, (p, f) => new { portal = p, floor = f }) }, JsonSerializerOptions.Web)}
            """);
        return own.P99 < MostP99Ms ? 0 : 1;
    }

    private static Latencies Median(List<Latencies> rounds) =>
        new(rounds.Select(r => r.P50).Order().ElementAt(rounds.Count / 2), rounds.Select(r => r.P99).Order().ElementAt(rounds.Count / 2));
}
