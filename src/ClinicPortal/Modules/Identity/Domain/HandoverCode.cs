using System.Security.Cryptography;

namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>Carries a sign-in from the sign-in host to another host: once, within seconds, in the browser that asked for it.</summary>
public sealed class HandoverCode
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private HandoverCode()
    {
    }

    public HandoverCode(byte[] sha256, string targetHost, string challenge, Guid accountId, Guid membershipId, Guid signInId, DateTimeOffset now)
    {
        Sha256 = sha256;
        TargetHost = targetHost;
        Challenge = challenge;
        AccountId = accountId;
        MembershipId = membershipId;
        SignInId = signInId;
        ExpiresAt = now + Lifetime;
    }

    public byte[] Sha256 { get; private set; } = [];

    public string TargetHost { get; private set; } = "";

    /// <summary>SHA-256 of the verifier that the target host put into the browser.</summary>
    public string Challenge { get; private set; } = "";

    public Guid AccountId { get; private set; }

    public Guid MembershipId { get; private set; }

    public Guid SignInId { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? UsedAt { get; private set; }

    public bool OpensFor(string host, string verifier, DateTimeOffset now) =>
        now < ExpiresAt
        && host == TargetHost
        && CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.ASCII.GetBytes(Challenge), System.Text.Encoding.ASCII.GetBytes(Secret.Challenge(verifier)));
}
