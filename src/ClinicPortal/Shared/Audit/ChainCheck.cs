using System.Security.Cryptography;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Shared.Audit;

/// <summary>A link as it is stored.</summary>
internal readonly record struct StoredLink(long Sequence, DateTimeOffset EntryAt, Guid EntryId, byte[] Mac, string KeyId)
{
    /// <summary>In the order in which the database keeps entries: that of time, then of the id's bytes, which is how .NET compares ids too.</summary>
    public bool IsBefore(DateTimeOffset at, Guid id) => EntryAt.CompareTo(at) is var byTime and not 0 ? byTime < 0 : EntryId.CompareTo(id) < 0;
}

/// <summary>An entry with the mac that its writer gave it.</summary>
internal sealed record StoredEntry(AuditEntry Entry, byte[] Mac, string KeyId)
{
    private const int MacColumn = 18;

    /// <summary>By the application, under a key of this installation.</summary>
    public bool IsSigned(AuditKeys keys) => IsSigned(keys, AuditMac.BytesOf(Entry).WrittenSpan);

    public bool IsSigned(AuditKeys keys, ReadOnlySpan<byte> bytes) =>
        keys.EntriesUnder(KeyId) is { } key && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, bytes), Mac);

    public static StoredEntry Read(NpgsqlDataReader row, Vault vault) => new(
        AuditRow.Read(row, vault), row.IsDBNull(MacColumn) ? [] : row.GetFieldValue<byte[]>(MacColumn), row.IsDBNull(MacColumn + 1) ? "" : row.GetString(MacColumn + 1));
}

/// <summary>Follows one tenant's chain link by link. After a fault it goes on from what is stored, so that each fault is told where it is and once.</summary>
internal sealed class ChainCheck(Guid tenant, AuditKeys keys, SortedList<long, AuditAnchor> anchors, AuditFindings findings)
{
    private readonly Dictionary<(DateTimeOffset At, Guid Id), bool> queue = [];

    /// <summary>Met, and not yet named by a link: few, those that committed late.</summary>
    private readonly Dictionary<(DateTimeOffset At, Guid Id), StoredEntry> unlinked = [];

    private long last;
    private long links;
    private long entries;

    /// <summary>Stored with the link before; null where that link is missing.</summary>
    private byte[]? before = AuditMac.Beginning;

    /// <summary>What the link before should have: if only it was changed, the next still follows from this.</summary>
    private byte[]? shouldBeBefore;

    /// <param name="tooLong">For more than a minute, or since a time that has not come.</param>
    public void Waits(DateTimeOffset at, Guid id, bool tooLong) => queue[(at, id)] = tooLong;

    public void Met(StoredEntry entry)
    {
        entries++;
        if (!unlinked.TryAdd((entry.Entry.At, entry.Entry.Id), entry))
        {
            // Only where somebody took the primary key away.
            findings.Add(new AuditFinding(AuditFault.EntryForged, tenant, EntryId: entry.Entry.Id, At: entry.Entry.At));
        }
    }

    public void Follow(StoredLink link)
    {
        links++;
        if (link.Sequence != last + 1)
        {
            Skip(link);
        }
        last = Math.Max(last, link.Sequence);
        var computed = unlinked.Remove((link.EntryAt, link.EntryId), out var entry) ? Check(link, entry) : Found(AuditFault.EntryMissing, link);
        if (anchors.TryGetValue(link.Sequence, out var anchor) && !link.Mac.AsSpan().SequenceEqual(anchor.Mac))
        {
            Found(AuditFault.AnchoredOtherwise, link);
        }
        // Of another length it is no mac, and nothing can follow from it.
        (before, shouldBeBefore) = (link.Mac.Length == AuditMac.Bytes ? link.Mac : computed, computed);
    }

    /// <param name="rows">Of the list of who looked at which patient, which the entry has not given, or which it has given and are not there.</param>
    public void ListedOtherwise(DateTimeOffset at, Guid entry, long rows) =>
        findings.Add(new AuditFinding(AuditFault.PatientListDiffers, tenant, EntryId: entry, At: at, Count: rows));

    /// <param name="deletion">What the database says about the deletion of the association.</param>
    public VerifiedChain End(SignedDeletion? deletion)
    {
        if (deletion is not null && IsGone(deletion))
        {
            return new VerifiedChain(tenant, 0, 0, 0, anchors.Count > 0 ? anchors.Keys[^1] : 0, new DeletedChain(deletion.Identifier, deletion.DeletedAt, deletion.ChainLength));
        }
        var waiting = 0;
        foreach (var (key, entry) in unlinked)
        {
            var waits = queue.Remove(key, out var tooLong);
            if (!waits || tooLong)
            {
                findings.Add(new AuditFinding(waits ? AuditFault.LinkedTooLate : AuditFault.NotLinked, tenant, EntryId: key.Id, At: key.At));
            }
            else if (!entry.IsSigned(keys))
            {
                findings.Add(new AuditFinding(AuditFault.EntryForged, tenant, EntryId: key.Id, At: key.At));
            }
            else
            {
                waiting++;
            }
        }
        foreach (var (at, id) in queue.Keys)
        {
            findings.Add(new AuditFinding(AuditFault.EntryMissing, tenant, EntryId: id, At: at));
        }
        var newest = anchors.Count > 0 ? anchors.Values[^1] : null;
        if (newest?.Sequence > last)
        {
            findings.Add(new AuditFinding(AuditFault.TailLost, tenant, last + 1, newest.Sequence, At: newest.At, Count: newest.Sequence - last));
        }
        return new VerifiedChain(tenant, entries, links, waiting, newest?.Sequence ?? 0);
    }

    /// <summary>Whether the signed record stands for the whole chain; anchors must agree with where it says that the chain ended.</summary>
    private bool IsGone(SignedDeletion deletion)
    {
        if (!deletion.IsSigned(keys))
        {
            findings.Add(new AuditFinding(AuditFault.DeletionForged, tenant, At: deletion.DeletedAt));
            return false;
        }
        if (entries + links + queue.Count > 0)
        {
            return false;
        }
        foreach (var anchor in anchors.Values)
        {
            if (anchor.Sequence == deletion.ChainLength && !Same(anchor.Mac, deletion.ChainMac))
            {
                findings.Add(new AuditFinding(AuditFault.AnchoredOtherwise, tenant, anchor.Sequence, anchor.Sequence, At: anchor.At));
            }
        }
        if (anchors.Count > 0 && anchors.Values[^1] is var newest && newest.Sequence > deletion.ChainLength)
        {
            findings.Add(new AuditFinding(AuditFault.TailLost, tenant, deletion.ChainLength + 1, newest.Sequence, At: newest.At, Count: newest.Sequence - deletion.ChainLength));
        }
        if (deletion.ChainFaults > 0)
        {
            findings.Add(new AuditFinding(AuditFault.DeletedWithFaults, tenant, At: deletion.DeletedAt, Count: deletion.ChainFaults));
        }
        return true;
    }

    private void Skip(StoredLink link)
    {
        if (link.Sequence <= last)
        {
            Found(AuditFault.LinkAltered, link);
            return;
        }
        findings.Add(new AuditFinding(AuditFault.LinkMissing, tenant, last + 1, link.Sequence - 1, At: link.EntryAt, Count: link.Sequence - last - 1));
        // An anchor of the link before may stand in for it; else this one can only be taken as it is.
        (before, shouldBeBefore) = (anchors.GetValueOrDefault(link.Sequence - 1)?.Mac, null);
    }

    /// <returns>What the link's mac should be; null where nothing can be said.</returns>
    private byte[]? Check(StoredLink link, StoredEntry entry)
    {
        if (keys.LinksUnder(link.KeyId) is not { } key)
        {
            return Found(AuditFault.UnknownKey, link);
        }
        var bytes = AuditMac.BytesOf(entry.Entry).WrittenSpan;
        var signed = entry.IsSigned(keys, bytes);
        var computed = before is null ? null : AuditMac.OfLink(key, before, link.Sequence, bytes);
        var follows = computed is null || Same(computed, link.Mac);
        if (!follows && shouldBeBefore is not null && AuditMac.OfLink(key, shouldBeBefore, link.Sequence, bytes) is var otherwise && Same(otherwise, link.Mac))
        {
            (computed, follows) = (otherwise, true);
        }
        if (!follows || !signed)
        {
            Found((follows, signed) switch
            {
                (true, false) when computed is not null => AuditFault.EntryForged,
                (_, false) => AuditFault.EntryAltered,
                _ => AuditFault.LinkAltered,
            }, link);
        }
        return computed;
    }

    private static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    private byte[]? Found(AuditFault fault, StoredLink link)
    {
        findings.Add(new AuditFinding(fault, tenant, link.Sequence, link.Sequence, link.EntryId, link.EntryAt));
        return null;
    }
}
