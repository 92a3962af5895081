using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>
/// A browser signed in on one host. Signing in opens the one of the sign-in host; those of the associations' and the desk's
/// hosts descend from it and end with it.
/// </summary>
public sealed class Session
{
    /// <summary>A night shift with its handovers on both sides.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(16);

    private Session()
    {
    }

    private Session(byte[] sha256, Guid id, Guid signInId, Guid accountId, Guid? membershipId, string host, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        Sha256 = sha256;
        Id = id;
        SignInId = signInId;
        AccountId = accountId;
        MembershipId = membershipId;
        Host = host;
        CreatedAt = LastSeenAt = now;
        ExpiresAt = expiresAt;
    }

    /// <summary>Of the token in the browser's cookie.</summary>
    public byte[] Sha256 { get; private set; } = [];

    public Guid Id { get; private set; }

    /// <summary>The session of the sign-in host that this one descends from; its own id if it is that.</summary>
    public Guid SignInId { get; private set; }

    public Guid AccountId { get; private set; }

    /// <summary>None on the sign-in host, where nobody acts for anybody.</summary>
    public Guid? MembershipId { get; private set; }

    /// <summary>Identifier of the association or desk; empty on the sign-in host.</summary>
    public string Host { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset LastSeenAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When the person last proved who they are; of the sign-in host's session only.</summary>
    public DateTimeOffset? ProvedAt { get; private set; }

    /// <summary>What the browser calls itself; of the sign-in host's session only.</summary>
    public string? UserAgent { get; private set; }

    /// <summary>The most guarded of the places that were opened; of the sign-in host's session only, like what follows.</summary>
    public WorkPlace WorkPlace { get; private set; }

    /// <summary>When the person last did something. What a page reads anew by itself does not count.</summary>
    public DateTimeOffset? ActiveAt { get; private set; }

    /// <summary>From then on nothing is shown until the person proves again who they are.</summary>
    public DateTimeOffset? LockedAt { get; private set; }

    /// <summary>The person is with a patient, and not asked who they are before then; nobody forgets a phone for longer.</summary>
    public DateTimeOffset? AwakeUntil { get; private set; }

    public bool IsLockedAt(DateTimeOffset now, IdleLockOptions idle) =>
        LockedAt is not null || (ActiveAt + idle.After(WorkPlace) <= now && !(AwakeUntil > now));

    /// <summary>
    /// The one association whose places may be opened: whose provider said who this is. None where the person proved it to the portal itself.
    /// Of the sign-in host's session only.
    /// </summary>
    public Guid? OnlyTenantId { get; private set; }

    public static Session SignIn(byte[] sha256, Guid accountId, Guid? onlyTenantId, string? userAgent, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        return new Session(sha256, id, id, accountId, null, "", now, now + Lifetime)
        {
            // Somebody else's word is no proof to change the account on.
            ProvedAt = onlyTenantId is null ? now : null,
            OnlyTenantId = onlyTenantId,
            UserAgent = userAgent,
            ActiveAt = now,
        };
    }

    /// <summary>On another host; it ends when the sign-in would.</summary>
    public Session At(string host, byte[] sha256, Guid membershipId, DateTimeOffset now) =>
        new(sha256, Guid.CreateVersion7(now), SignInId, AccountId, membershipId, host, now, ExpiresAt);

    public bool IsLiveAt(DateTimeOffset now) => EndedAt is null && now < ExpiresAt;
}
