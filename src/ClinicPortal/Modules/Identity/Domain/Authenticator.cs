namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>The app on somebody's phone that shows a new code every half minute.</summary>
public sealed class Authenticator
{
    private Authenticator()
    {
    }

    /// <param name="secret">Encrypted.</param>
    /// <param name="lastStep">Of the code that proved that the app has the secret.</param>
    public Authenticator(Guid accountId, string secret, long lastStep, DateTimeOffset now)
    {
        AccountId = accountId;
        Secret = secret;
        LastStep = lastStep;
        EnrolledAt = now;
    }

    public Guid AccountId { get; private set; }

    public string Secret { get; private set; } = "";

    public DateTimeOffset EnrolledAt { get; private set; }

    /// <summary>The code of this step of time, and of those before it, is used up.</summary>
    public long LastStep { get; private set; }

    public void Replace(string secret, long lastStep, DateTimeOffset now) => (Secret, LastStep, EnrolledAt) = (secret, lastStep, now);
}
