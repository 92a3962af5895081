using System.Collections.Concurrent;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Identity.OutsideIssuers;

/// <summary>
/// What this node knows of the issuers that somebody here trusts. It is read again after a while, and when a token names a key that is not
/// known yet; how often that is, no sender of tokens decides. An issuer that is away for some hours does not invalidate its keys.
/// </summary>
internal sealed class KnownIssuers(IssuerReader reader, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Usable = TimeSpan.FromHours(6);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <param name="issuer">One from our own tables, never one that only a token names.</param>
    public Task<Result<IssuerMetadata>> FindAsync(string issuer, CancellationToken cancellationToken) => FindAsync(issuer, Fresh, cancellationToken);

    /// <summary>As published now, or half a minute ago.</summary>
    public Task<Result<IssuerMetadata>> FindNewestAsync(string issuer, CancellationToken cancellationToken) => FindAsync(issuer, TimeSpan.Zero, cancellationToken);

    private async Task<Result<IssuerMetadata>> FindAsync(string issuer, TimeSpan fresh, CancellationToken cancellationToken)
    {
        var entry = entries.GetOrAdd(issuer, _ => new Entry());
        if (Answer(entry.State, fresh) is { } known)
        {
            return known;
        }
        await entry.Turn.WaitAsync(cancellationToken);
        try
        {
            // Those that waited meanwhile find what the first one read.
            if (Answer(entry.State, fresh) is { } meanwhile)
            {
                return meanwhile;
            }
            var read = await reader.ReadAsync(issuer, cancellationToken);
            var now = clock.GetUtcNow();
            entry.State = read.Succeeded
                ? new State(now, now, read)
                : entry.State is { LastRead: { Succeeded: true } last, ReadAt: var readAt } && now < readAt + Usable ? new State(now, readAt, last) : new State(now, now, read);
            return entry.State.LastRead;
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private Result<IssuerMetadata>? Answer(State? state, TimeSpan fresh)
    {
        var now = clock.GetUtcNow();
        return state is null ? null
            : now < state.AskedAt + AskAgainAfter || (state.LastRead.Succeeded && now < state.ReadAt + fresh) ? state.LastRead
            : null;
    }

    private sealed record State(DateTimeOffset AskedAt, DateTimeOffset ReadAt, Result<IssuerMetadata> LastRead);

    private sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public volatile State? State;
    }
}
