namespace ClinicPortal.Shared.Audit;

/// <summary>What <c>audit verify</c> finds wrong with the access log.</summary>
public enum AuditFault
{
    /// <summary>The entry is not as it was written.</summary>
    EntryAltered,

    /// <summary>A link or the queue names an entry that is not there, or that another link has named before.</summary>
    EntryMissing,

    /// <summary>The application did not write this entry.</summary>
    EntryForged,

    /// <summary>The link does not follow from the one before it: changed, exchanged, or made under another key.</summary>
    LinkAltered,

    LinkMissing,

    /// <summary>Made under a key that this installation does not have.</summary>
    UnknownKey,

    /// <summary>No link names the entry, and it does not wait for one: inserted, or its link was removed.</summary>
    NotLinked,

    /// <summary>It has waited for a link for more than a minute.</summary>
    LinkedTooLate,

    /// <summary>An anchor knows a longer chain.</summary>
    TailLost,

    /// <summary>An anchor knows another chain up to here.</summary>
    AnchoredOtherwise,

    /// <summary>A line among the anchors that this installation did not sign.</summary>
    AnchorForged,

    /// <summary>The list of who looked at which patient has other rows than the entries give.</summary>
    PatientListDiffers,

    /// <summary>A record says that the chain was deleted with its association, and this installation did not write it.</summary>
    DeletionForged,

    /// <summary>The chain was not whole when it was deleted with its association.</summary>
    DeletedWithFaults,
}

/// <summary>One thing that is wrong, and where.</summary>
/// <param name="Tenant">None for a line among the anchors that nobody can read.</param>
/// <param name="First">Sequence in the chain; none for what is in no link.</param>
/// <param name="EntryId">Of the first, where it is known.</param>
/// <param name="At">Time of that entry, or of the anchor.</param>
/// <param name="Place">File and line of an anchor.</param>
/// <param name="Count">How many next to each other have the same fault.</param>
public sealed record AuditFinding(
    AuditFault Fault, Guid? Tenant, long? First = null, long? Last = null, Guid? EntryId = null, DateTimeOffset? At = null, string? Place = null, long Count = 1);

/// <summary>What was looked through.</summary>
public sealed record AuditVerdict(IReadOnlyList<AuditFinding> Findings, IReadOnlyList<VerifiedChain> Chains, int Anchors)
{
    public long Entries => Chains.Sum(chain => chain.Entries);
}

/// <param name="Waiting">Entries that have committed within the last minute and have no link yet.</param>
/// <param name="LastAnchor">Sequence up to which a lost tail would be noticed.</param>
/// <param name="Deleted">When the chain was deleted with its association, lawfully and by this installation.</param>
public sealed record VerifiedChain(Guid Tenant, long Entries, long Links, int Waiting, long LastAnchor, DeletedChain? Deleted = null);

/// <param name="Links">How many it had.</param>
public sealed record DeletedChain(string Identifier, DateTimeOffset At, long Links);

/// <summary>Findings in order; neighbours with the same fault are one.</summary>
internal sealed class AuditFindings
{
    private const int MostApart = 100;

    private readonly List<AuditFinding> all = [];

    public IReadOnlyList<AuditFinding> All => all;

    public void Add(AuditFinding finding)
    {
        var last = all.FindLastIndex(f => f.Fault == finding.Fault && f.Tenant == finding.Tenant);
        var follows = last >= 0 && finding.First is { } first && all[last].Last + 1 == first;
        // Of a whole partition's worth of entries nobody reads every line.
        if (follows || (last >= 0 && all.Count(f => f.Fault == finding.Fault && f.Tenant == finding.Tenant) >= MostApart))
        {
            all[last] = all[last] with { Last = finding.Last ?? all[last].Last, Count = all[last].Count + finding.Count };
            return;
        }
        all.Add(finding);
    }
}
