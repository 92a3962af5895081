using System.Diagnostics;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>What one client of a closed loop does: asks, waits for the answer, asks again.</summary>
internal interface IClient : IAsyncDisposable
{
    /// <returns>Null when the answer was right, else what was wrong with it.</returns>
    ValueTask<string?> AskAsync(CancellationToken cancellationToken);
}

internal static class Clients
{
    /// <summary>Lets each client ask once to connect and prepare, then all of them as often as they can for the given time.</summary>
    public static async Task<LoadResult> RunAsync(
        int count, double seconds, Func<int, Task<IClient>> connect, CancellationToken cancellationToken)
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, count).Select(connect));
        foreach (var client in clients)
        {
            if (await client.AskAsync(cancellationToken) is { } wrong)
            {
                return new LoadResult(0, 0, Latencies.Of([]), wrong);
            }
        }
        var until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        var start = Stopwatch.GetTimestamp();
        var runs = await Task.WhenAll(clients.Select(client => Task.Run(() => AskUntilAsync(client, until, cancellationToken), cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
        List<long> all = [.. runs.SelectMany(r => r.Ticks)];
        return new LoadResult(all.Count, all.Count / elapsed, Latencies.Of(all), runs.Select(r => r.Wrong).FirstOrDefault(w => w is not null));
    }

    private static async Task<(List<long> Ticks, string? Wrong)> AskUntilAsync(IClient client, long until, CancellationToken cancellationToken)
    {
        var ticks = new List<long>();
        for (var at = Stopwatch.GetTimestamp(); at < until;)
        {
            if (await client.AskAsync(cancellationToken) is { } wrong)
            {
                return (ticks, wrong);
            }
            var now = Stopwatch.GetTimestamp();
            ticks.Add(now - at);
            at = now;
        }
        return (ticks, null);
    }
}
