using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>
/// An association's own OIDC provider. It signs people in to places of that association only, and only those who were linked to it: whoever
/// runs it is trusted with no more than that.
/// </summary>
public sealed class OutsideProvider : ISealedRow
{
    private OutsideProvider()
    {
    }

    public OutsideProvider(Guid tenantId, DateTimeOffset now)
    {
        TenantId = tenantId;
        Id = Guid.CreateVersion7(now);
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string Issuer { get; private set; } = "";

    public string ClientId { get; private set; } = "";

    /// <summary>None where the provider knows the portal by PKCE alone.</summary>
    public Sealed<string>? ClientSecret { get; private set; }

    /// <summary>E-mail domains that it speaks for: with any, who comes from it has a verified address in one of them.</summary>
    public string[] Domains { get; private set; } = [];

    /// <summary>Values of <c>amr</c> or <c>acr</c> that count as a second factor; with none, ours follows.</summary>
    public string[] SecondFactorValues { get; private set; } = [];

    public string ButtonJa { get; private set; } = "";

    public string ButtonEn { get; private set; } = "";

    /// <summary>Shown on the sign-in page; otherwise nobody signs in by it.</summary>
    public bool IsOffered { get; private set; }

    public uint Version { get; private set; }

    public void Configure(
        string issuer, string clientId, Sealed<string>? clientSecret, string[] domains, string[] secondFactorValues, string buttonJa, string buttonEn, bool offered) =>
        (Issuer, ClientId, ClientSecret, Domains, SecondFactorValues, ButtonJa, ButtonEn, IsOffered) =
        (issuer, clientId, clientSecret, domains, secondFactorValues, buttonJa, buttonEn, offered);

    /// <param name="email">What the provider says; null when it says nothing.</param>
    public bool SpeaksFor(string? email, bool isVerified) =>
        Domains.Length == 0
        || (isVerified && email?.Split('@') is [{ Length: > 0 }, var domain] && Domains.Contains(domain, StringComparer.OrdinalIgnoreCase));

    public bool CountsAsSecondFactor(IEnumerable<string> methods, string? context) => methods.Append(context).Intersect(SecondFactorValues, StringComparer.Ordinal).Any();
}

/// <summary>
/// Whom a provider means by a subject. Made by the person themselves, who had just proved that the account is theirs, or as they made it by an
/// invitation: never because an address is the same. Another association's link to the same issuer is another link.
/// </summary>
public sealed class OutsideLink : ITenantOwned
{
    private OutsideLink()
    {
    }

    public OutsideLink(Guid tenantId, string issuer, string subject, Guid accountId, DateTimeOffset now)
    {
        TenantId = tenantId;
        Id = Guid.CreateVersion7(now);
        Issuer = issuer;
        Subject = subject;
        AccountId = accountId;
        LinkedAt = now;
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string Issuer { get; private set; } = "";

    /// <summary>The provider's <c>sub</c>.</summary>
    public string Subject { get; private set; } = "";

    public Guid AccountId { get; private set; }

    public DateTimeOffset LinkedAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    public void Use(DateTimeOffset now) => LastUsedAt = now;
}

/// <summary>A browser that was sent to a provider and may come back once, soon, and with its own answer only.</summary>
public sealed class OutsideRequest : ITenantOwned
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private OutsideRequest()
    {
    }

    public OutsideRequest(Guid tenantId, byte[] stateSha256, byte[] browserSha256, string issuer, string asked, DateTimeOffset now)
    {
        TenantId = tenantId;
        StateSha256 = stateSha256;
        BrowserSha256 = browserSha256;
        Issuer = issuer;
        Asked = asked;
        ExpiresAt = now + Lifetime;
    }

    public Guid TenantId { get; private set; }

    public byte[] StateSha256 { get; private set; } = [];

    /// <summary>Of the secret in the browser's cookie.</summary>
    public byte[] BrowserSha256 { get; private set; } = [];

    /// <summary>Whom the browser was sent to; the settings may have changed since.</summary>
    public string Issuer { get; private set; } = "";

    /// <summary>Where the sign-in leads, as a query.</summary>
    public string Asked { get; private set; } = "";

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? UsedAt { get; private set; }
}
