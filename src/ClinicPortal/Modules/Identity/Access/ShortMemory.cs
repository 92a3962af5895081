using System.Collections.Concurrent;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>
/// Keeps what was looked up for at most ten seconds on this node, so that a busy client does not cost a round trip per request
/// and a revocation still works everywhere within that time. What was not found is not kept.
/// </summary>
internal sealed class ShortMemory<T>(TimeProvider clock) where T : class
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset Until)> entries = new(StringComparer.Ordinal);
    private long nextSweepTicks;

    public T? Find(string key) => entries.TryGetValue(key, out var entry) && clock.GetUtcNow() < entry.Until ? entry.Value : null;

    /// <param name="validUntil">When what was found stops being true by itself.</param>
    public void Keep(string key, T value, DateTimeOffset validUntil)
    {
        var now = clock.GetUtcNow();
        Sweep(now);
        entries[key] = (value, validUntil < now + Longest ? validUntil : now + Longest);
    }

    public void Forget(Func<T, bool> which)
    {
        foreach (var (key, _) in entries.Where(e => which(e.Value.Value)))
        {
            entries.TryRemove(key, out _);
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        var due = Interlocked.Read(ref nextSweepTicks);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref nextSweepTicks, (now + Longest).UtcTicks, due) != due)
        {
            return;
        }
        foreach (var (key, entry) in entries)
        {
            if (entry.Until <= now)
            {
                entries.TryRemove(key, out _);
            }
        }
    }
}
