namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>A passkey's challenge that was answered: the answer is worth nothing a second time.</summary>
public sealed class UsedChallenge
{
    private UsedChallenge()
    {
    }

    public UsedChallenge(byte[] sha256, DateTimeOffset expiresAt) => (Sha256, ExpiresAt) = (sha256, expiresAt);

    public byte[] Sha256 { get; private set; } = [];

    /// <summary>From then on the challenge is too old by itself.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }
}
