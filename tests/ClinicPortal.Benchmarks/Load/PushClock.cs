using System.Collections.Concurrent;
using System.Diagnostics;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>
/// Notes when things were asked for, answered, and pushed to each browser. Each has a topic that no other has within a second, so that
/// a push is known to be its.
/// </summary>
internal sealed class PushClock(int browsers)
{
    private readonly ConcurrentDictionary<string, Sent> latest = new(StringComparer.Ordinal);
    private readonly List<Sent> all = [];

    public Sent Send(string topic)
    {
        var sent = new Sent(browsers, Stopwatch.GetTimestamp());
        latest[topic] = sent;
        lock (all)
        {
            all.Add(sent);
        }
        return sent;
    }

    public void Pushed(string topic, int browser)
    {
        var now = Stopwatch.GetTimestamp();
        if (latest.TryGetValue(topic, out var sent) && sent.PushedAt[browser] == 0)
        {
            sent.PushedAt[browser] = now;
        }
    }

    /// <param name="since">What was sent before is warming up and not counted.</param>
    public PushTimes Read(long since)
    {
        var counted = all.Where(s => s.SentAt >= since).ToList();
        var pairs = (from sent in counted from pushedAt in sent.PushedAt where pushedAt > 0 select (sent, pushedAt)).ToList();
        return new PushTimes(
            Latencies.Of([.. pairs.Select(p => Math.Max(0, p.pushedAt - p.sent.AnsweredAt))]),
            Latencies.Of([.. pairs.Select(p => p.pushedAt - p.sent.SentAt)]),
            pairs.Count(p => p.pushedAt <= p.sent.AnsweredAt) / (double)Math.Max(1, pairs.Count),
            (counted.Count * browsers) - pairs.Count);
    }

    internal sealed class Sent(int browsers, long sentAt)
    {
        public long SentAt => sentAt;

        public long AnsweredAt { get; set; }

        public long[] PushedAt { get; } = new long[browsers];
    }
}
