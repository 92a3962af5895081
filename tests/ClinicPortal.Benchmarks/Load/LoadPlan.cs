using System.Text.Json.Serialization;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>One measurement, as the benchmark asks the load process for it: one line of JSON there, one back.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "plan")]
[JsonDerivedType(typeof(PostCases), "post-cases")]
[JsonDerivedType(typeof(InsertCases), "insert-cases")]
[JsonDerivedType(typeof(ReadPage), "read-page")]
[JsonDerivedType(typeof(WatchCases), "watch-cases")]
[JsonDerivedType(typeof(WatchNotifications), "watch-notifications")]
[JsonDerivedType(typeof(RelaySignals), "relay-signals")]
internal abstract record LoadPlan
{
    public abstract Task<LoadResult> RunAsync(CancellationToken cancellationToken);
}

/// <param name="Done">Answers that were what they should be.</param>
/// <param name="Wrong">What the first wrong answer was; null when all were right.</param>
internal sealed record LoadResult(int Done, double PerSecond, Latencies Latency, string? Wrong, PushTimes? Push = null);

/// <summary>How long a push took to reach the other browsers.</summary>
/// <param name="FromAnswer">From the sender's hearing that it is done; a push that is there before counts as 0.</param>
/// <param name="FromSending">From the sender's asking for it.</param>
/// <param name="EarlyShare">Share of the pushes that were there before the sender's answer.</param>
/// <param name="Missing">Pushes that never came.</param>
internal sealed record PushTimes(Latencies FromAnswer, Latencies FromSending, double EarlyShare, int Missing);
