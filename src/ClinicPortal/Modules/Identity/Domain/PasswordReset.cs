namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>A link by which who forgot a password chooses a new one: once, within half an hour. The second factor is asked as ever.</summary>
public sealed class PasswordReset
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private PasswordReset()
    {
    }

    public PasswordReset(byte[] sha256, Guid accountId, DateTimeOffset expiresAt)
    {
        Sha256 = sha256;
        AccountId = accountId;
        ExpiresAt = expiresAt;
    }

    /// <summary>Of the code in the link.</summary>
    public byte[] Sha256 { get; private set; } = [];

    public Guid AccountId { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? UsedAt { get; private set; }
}
