namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>A sign-in whose password was right and whose second step is still to come. It opens nothing but that step.</summary>
public sealed class SignInAttempt
{
    public const int MostTries = 5;

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private SignInAttempt()
    {
    }

    public SignInAttempt(byte[] sha256, Guid accountId, Guid? onlyTenantId, DateTimeOffset now)
    {
        Sha256 = sha256;
        AccountId = accountId;
        OnlyTenantId = onlyTenantId;
        ExpiresAt = now + Lifetime;
    }

    /// <summary>Of the token in the browser's cookie.</summary>
    public byte[] Sha256 { get; private set; } = [];

    public Guid AccountId { get; private set; }

    /// <summary>See <see cref="Session.OnlyTenantId"/>: the second step does not lift what the first one left open.</summary>
    public Guid? OnlyTenantId { get; private set; }

    public int Tries { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? UsedAt { get; private set; }
}
