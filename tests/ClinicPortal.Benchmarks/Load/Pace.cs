using System.Diagnostics;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>An open loop: does something so many times a second, whether or not what came before is finished.</summary>
internal static class Pace
{
    /// <summary>What is done before this long is warming up.</summary>
    private const double WarmSeconds = 2;

    private static readonly TimeSpan LastPushWithin = TimeSpan.FromSeconds(2);

    /// <param name="senders">Take turns, so that a slow answer does not hold up the next.</param>
    /// <returns>When the measured part began, what was done in it, and what went wrong.</returns>
    public static async Task<(long Since, int Done, string? Wrong)> RunAsync(
        int perSecond, double seconds, IReadOnlyList<Func<int, Task<string?>>> senders, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1d / perSecond));
        var running = senders.Select(_ => Task.FromResult<string?>(null)).ToArray();
        var until = Stopwatch.GetTimestamp() + (long)((WarmSeconds + seconds) * Stopwatch.Frequency);
        var since = until - (long)(seconds * Stopwatch.Frequency);
        var done = 0;
        for (var i = 0; Stopwatch.GetTimestamp() < until && await timer.WaitForNextTickAsync(cancellationToken); i++)
        {
            var turn = i % senders.Count;
            if (await running[turn] is { } wrong)
            {
                return (since, done, wrong);
            }
            done += Stopwatch.GetTimestamp() >= since ? 1 : 0;
            running[turn] = senders[turn](i);
        }
        var last = await Task.WhenAll(running);
        await Task.Delay(LastPushWithin, cancellationToken);
        return (since, done, last.FirstOrDefault(w => w is not null));
    }
}
