using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>Counts what one board says to the database: Npgsql's spans under the request's own trace, so that nobody else's are among them.</summary>
internal static class RoundTrips
{
    public const string Path = "/benchmark/round-trips";

    public static void MapRoundTrips(this WebApplication app) => app.Map(Path, branch => branch.Run(async context =>
        await context.Response.WriteAsync((await CountAsync(context)).ToString(CultureInfo.InvariantCulture), context.RequestAborted)));

    private static async Task<int> CountAsync(HttpContext context)
    {
        var trace = ActivityTraceId.CreateRandom();
        var count = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace && activity.Source.Name == "Npgsql" && activity.OperationName != "CONNECT")
                {
                    Interlocked.Increment(ref count);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await OwnPage.ReadAsync(context, "/board", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01", context.RequestAborted);
        return count;
    }
}
