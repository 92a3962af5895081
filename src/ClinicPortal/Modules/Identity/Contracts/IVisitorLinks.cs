using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Identity.Contracts;

/// <summary>What a link is for. A link opens this one thing and nothing else; its module shows it.</summary>
/// <param name="Name">Stable, such as <c>follow-visit</c>.</param>
/// <param name="Path">The page that shows it to whoever holds a pass, on the association's host.</param>
public sealed record VisitorPurpose(string Name, string Path);

/// <summary>Where somebody whose link is lost or opens nothing finds help of a module's; shown beside every such link, whichever it is.</summary>
/// <param name="Path">On the association's host, open to everybody.</param>
public sealed record VisitorHelp(string Path, Func<string> Label, Func<TenantInfo, bool> IsOfferedBy);

/// <summary>A link as it is handed over, once: the link by one way, the code by another.</summary>
/// <param name="Secret">The last part of its address.</param>
/// <param name="Code">Six digits, told by phone or SMS.</param>
public sealed record IssuedLink(Guid Id, string Secret, string Code, DateTimeOffset ExpiresAt)
{
    /// <summary>On the association's host.</summary>
    public string Path => "/l/" + Secret;
}

/// <summary>A link that was just given, as the page of whoever gave it shows it, once.</summary>
/// <param name="Address">The whole link.</param>
public sealed record ShownLink(string Address, string Code);

public enum VisitorLinkState
{
    Open,

    /// <summary>Somebody has opened it: it opens nothing for anybody else.</summary>
    Used,
    Expired,
    Revoked,

    /// <summary>Too many wrong answers.</summary>
    Blocked,
}

/// <summary>A link that was given, without what would open it.</summary>
public sealed record GivenLink(Guid Id, DateTimeOffset CreatedAt, string CreatedByName, DateTimeOffset ExpiresAt, VisitorLinkState State);

/// <summary>What the browser that opened a link may see.</summary>
public sealed record VisitorPass(Guid LinkId, TenantId Tenant, Guid Subject, DateTimeOffset ExpiresAt);

/// <summary>
/// Links for patients and families, who have no account: for one purpose and one subject, for a time, bound to the patient's birth date
/// and a code that comes another way. The first right answer uses the link up and leaves a pass in that browser alone.
/// </summary>
public interface IVisitorLinks
{
    /// <summary>Exists if, and only if, the request's transaction commits.</summary>
    Task<IssuedLink> IssueAsync(VisitorPurpose purpose, TenantId tenant, Guid subject, DateOnly birthDate, DateTimeOffset expiresAt, CancellationToken cancellationToken);

    /// <summary>The links of a subject, the last one first.</summary>
    Task<IReadOnlyList<GivenLink>> OfAsync(VisitorPurpose purpose, TenantId tenant, Guid subject, CancellationToken cancellationToken);

    /// <summary>Ends a link and the pass that it gave.</summary>
    /// <returns>Whether there was one to end.</returns>
    Task<bool> RevokeAsync(VisitorPurpose purpose, TenantId tenant, Guid subject, Guid link, CancellationToken cancellationToken);

    /// <returns>The pass of this browser for the purpose on this host; null when there is none (any more).</returns>
    Task<VisitorPass?> PassAsync(VisitorPurpose purpose, CancellationToken cancellationToken);

    /// <summary>For connections that last: which of these links' passes are still good.</summary>
    Task<IReadOnlySet<Guid>> GoodAsync(IReadOnlyCollection<Guid> links, CancellationToken cancellationToken);

    /// <returns>Address and code for the page that the session comes to next, readable by this session only, for minutes.</returns>
    string Wrap(TenantId tenant, Guid subject, IssuedLink link);

    /// <returns>Null when it is too old, of another session or subject, or altered.</returns>
    ShownLink? Unwrap(Guid subject, string? wrapped);
}
