using System.Collections.Concurrent;

namespace ClinicPortal.Shared.Audit;

/// <summary>
/// What this node has put on the access log for each session lately. A live list mostly shows what it showed before: then the
/// log, which grows all night, need not be searched for it. What another node has logged is found in the log itself.
/// </summary>
public sealed class ShownRecords(TimeProvider clock)
{
    /// <summary>As long as a refresh takes an entry for the same session's; see <see cref="AuditEntry"/>.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(Guid Session, string Kind), ConcurrentDictionary<Guid, DateTimeOffset>> shown = new();
    private long nextSweepTicks;

    /// <summary>The records of which the log is not known to have an entry of this session.</summary>
    internal IEnumerable<AuditedRecord> New(Guid? session, string kind, IEnumerable<AuditedRecord> records)
    {
        if (session is not { } known || !shown.TryGetValue((known, kind), out var before))
        {
            return records;
        }
        var since = clock.GetUtcNow() - Kept;
        return records.Where(record => !before.TryGetValue(record.Id, out var at) || at < since);
    }

    /// <summary>After the commit: the entries are on the log now.</summary>
    internal void Remember(IEnumerable<AuditEntry> committed)
    {
        foreach (var entry in committed)
        {
            // Lists only: a machine that writes all night would fill the memory with what it never looks at again.
            if (entry is { Action: nameof(AuditAction.Listed) or nameof(AuditAction.Refreshed), SessionId: { } session })
            {
                var before = shown.GetOrAdd((session, entry.RecordKind), _ => new());
                foreach (var id in entry.RecordIds)
                {
                    // The first time counts: when it is twelve hours old the log is asked again.
                    before.TryAdd(id, entry.At);
                }
            }
        }
        Sweep();
    }

    private void Sweep()
    {
        var now = clock.GetUtcNow();
        var due = Interlocked.Read(ref nextSweepTicks);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref nextSweepTicks, (now + SweepEvery).UtcTicks, due) != due)
        {
            return;
        }
        foreach (var (key, records) in shown)
        {
            foreach (var (id, at) in records)
            {
                if (at < now - Kept)
                {
                    records.TryRemove(id, out _);
                }
            }
            if (records.IsEmpty)
            {
                shown.TryRemove(key, out _);
            }
        }
    }
}
