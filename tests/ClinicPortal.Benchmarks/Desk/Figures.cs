using ClinicPortal.Benchmarks.Load;

namespace ClinicPortal.Benchmarks.Desk;

/// <summary>Something measured beside its floor, round by round.</summary>
internal sealed class Pair
{
    private readonly List<(LoadResult Portal, LoadResult Floor)> rounds = [];

    public void Add((LoadResult Portal, LoadResult Floor) round) => rounds.Add(round);

    public IReadOnlyList<double> PerSecond => [.. rounds.Select(r => r.Portal.PerSecond)];

    /// <summary>The two of a round were measured right after each other: what disturbs one disturbs the other.</summary>
    public double Ratio => Median(rounds.Select(r => r.Portal.PerSecond / r.Floor.PerSecond));

    /// <summary>Null when it was not measured.</summary>
    public Throughput? Figures => rounds.Count == 0 ? null : new Throughput(
        Median(PerSecond), Median(rounds.Select(r => r.Floor.PerSecond)), Ratio,
        Median(rounds.Select(r => r.Portal.Latency.P50)), Median(rounds.Select(r => r.Portal.Latency.P99)));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <param name="P50Ms">Of the portal, in milliseconds.</param>
internal sealed record Throughput(double PerSecond, double FloorPerSecond, double Ratio, double P50Ms, double P99Ms);

/// <summary>One size of site.</summary>
internal sealed record SiteFigures(int Associations, int Patients, Throughput? PostCases, Throughput? Board);

/// <summary>Milliseconds; medians of the rounds.</summary>
internal sealed record PushFigures(double P50, double P99, double FromSendingP50, double FromSendingP99, double EarlyShare)
{
    public static PushFigures Of(IReadOnlyCollection<PushTimes> rounds) => new(
        Pair.Median(rounds.Select(r => r.FromAnswer.P50)), Pair.Median(rounds.Select(r => r.FromAnswer.P99)),
        Pair.Median(rounds.Select(r => r.FromSending.P50)), Pair.Median(rounds.Select(r => r.FromSending.P99)),
        Pair.Median(rounds.Select(r => r.EarlyShare)));
}

/// <param name="RatioP99">From the sender's answer, as it is judged.</param>
/// <param name="RatioP99FromSending">For comparison: free of the answer's own way back.</param>
internal sealed record LiveFigures(PushFigures Portal, PushFigures Bare, double RatioP99, double RatioP99FromSending);

/// <param name="Name">What is compared, with the letter of the requirement.</param>
internal sealed record Target(string Name, double Value, string Required, bool Met);

internal sealed record DeskReport(
    string Machine, string Postgres, string Fsync, DeskOptions Options, IReadOnlyList<SiteFigures> Sites, LiveFigures? Live,
    int BoardRoundTrips, int BoardRoundTripsAfterPause, IReadOnlyList<Target> Targets);
