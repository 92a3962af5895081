using System.Diagnostics;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>Middle and tail of many durations, in milliseconds.</summary>
internal sealed record Latencies(double P50, double P99)
{
    /// <param name="ticks">Of <see cref="Stopwatch"/>; sorted in place.</param>
    public static Latencies Of(List<long> ticks)
    {
        ticks.Sort();
        return new Latencies(At(ticks, 0.50), At(ticks, 0.99));
    }

    private static double At(List<long> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[(int)Math.Ceiling(share * sorted.Count) - 1] * 1000d / Stopwatch.Frequency;
}
