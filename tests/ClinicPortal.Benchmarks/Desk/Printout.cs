using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClinicPortal.Benchmarks.Desk;

/// <summary>The report as a table for people and as JSON.</summary>
internal static class Printout
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static async Task WriteAsync(DeskReport report)
    {
        Console.WriteLine($"""

            {report.Machine}; PostgreSQL {report.Postgres}, fsync {report.Fsync}
            {DeskOptions.Clients} clients in a process of their own; medians of {report.Options.Rounds} interleaved rounds of {report.Options.Seconds:0.#} s{(report.Options.Quick ? " – a quick run: the figures mean nothing" : "")}

            associations        portal/s    floor/s   ratio    p50 ms    p99 ms
            """);
        foreach (var (what, site, figures) in report.Sites.Select(s => ("POST /cases", s, s.PostCases)).Concat(report.Sites.Select(s => ("GET /board", s, s.Board))))
        {
            if (figures is not null)
            {
                Row(what, site.Associations, figures);
            }
        }
        if (report.Live is { } live)
        {
            Console.WriteLine($"""

                {DeskOptions.PostsPerSecond} cases/s, {DeskOptions.Browsers} browsers, ms    p50       p99    from sending p50       p99    there before the answer
                """);
            Row("case → push", live.Portal);
            Row("NOTIFY → WebSocket", live.Bare);
            Console.WriteLine($"ratio of p99: {live.RatioP99:0.00}; from sending: {live.RatioP99FromSending:0.00}");
        }
        Console.WriteLine();
        foreach (var target in report.Targets)
        {
            Console.WriteLine($"{(target.Met ? "met   " : "MISSED")}  {target.Value,7:0.00} {target.Required,-7} {target.Name}");
        }
        var json = JsonSerializer.Serialize(report, Json);
        Console.WriteLine();
        Console.WriteLine(json);
        if (report.Options.JsonPath is { } path)
        {
            await File.WriteAllTextAsync(path, json);
        }
    }

    private static void Row(string what, int associations, Throughput figures) => Console.WriteLine(
        $"{what,-12}{associations,6}{figures.PerSecond,11:0}{figures.FloorPerSecond,11:0}{figures.Ratio,8:0.00}{figures.P50Ms,10:0.0}{figures.P99Ms,10:0.0}");

    private static void Row(string what, PushFigures figures) => Console.WriteLine(
        $"{what,-24}{figures.P50,12:0.00}{figures.P99,10:0.00}{figures.FromSendingP50,20:0.00}{figures.FromSendingP99,10:0.00}{figures.EarlyShare,16:P0}");
}
