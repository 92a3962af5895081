using System.Collections.Concurrent;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>
/// Keeps what was looked up on this node, so that a busy client does not cost a round trip per request and a revocation still works
/// everywhere: within ten seconds, or at once where changes are heard of. What was not found is not kept.
/// </summary>
/// <param name="hearsOfChanges">Whether every change to what is kept is heard of at present, so that it may be kept for longer.</param>
internal sealed class ShortMemory<T>(TimeProvider clock, Func<bool>? hearsOfChanges = null) where T : class
{
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Heard = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset KeptAt, DateTimeOffset Until)> entries = new(StringComparer.Ordinal);
    private readonly TimeSpan longest = hearsOfChanges is null ? Unheard : Heard;
    private long nextSweepTicks;
    private int forgotten;

    /// <summary>To be read before the look-up: see <see cref="Keep"/>.</summary>
    public int Mark => Volatile.Read(ref forgotten);

    public T? Find(string key)
    {
        var now = clock.GetUtcNow();
        return entries.TryGetValue(key, out var entry) && now < entry.Until && (now < entry.KeptAt + Unheard || hearsOfChanges?.Invoke() == true)
            ? entry.Value : null;
    }

    /// <param name="validUntil">When what was found stops being true by itself.</param>
    /// <param name="mark">Of before the look-up: if anything was forgotten since, what was found may be older than that and is not kept.</param>
    public void Keep(string key, T value, DateTimeOffset validUntil, int mark)
    {
        var now = clock.GetUtcNow();
        Sweep(now);
        entries[key] = (value, now, validUntil < now + longest ? validUntil : now + longest);
        if (mark != Mark)
        {
            entries.TryRemove(key, out _);
        }
    }

    public void Forget(Func<T, bool> which)
    {
        Interlocked.Increment(ref forgotten);
        foreach (var (key, _) in entries.Where(e => which(e.Value.Value)))
        {
            entries.TryRemove(key, out _);
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        var due = Interlocked.Read(ref nextSweepTicks);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref nextSweepTicks, (now + Unheard).UtcTicks, due) != due)
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
