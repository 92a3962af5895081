namespace ClinicPortal.Modules.Identity.Domain;

/// <summary>What can happen to an account.</summary>
public enum SecurityEventKind
{
    SignedIn,
    SignInRefused,
    SecondFactorRefused,
    RecoveryCodeUsed,
    AuthenticatorEnrolled,
    RecoveryCodesRenewed,
    PasswordChanged,
    PasskeyAdded,
    PasskeyRemoved,
    SessionEnded,
    SignedOutEverywhere,
    OutsideLinked,
    OutsideUnlinked,
    Locked,
    Unlocked,
    Disabled,
    Enabled,
}

/// <summary>One line of the log of what happened to an account; never changed, never removed.</summary>
public sealed class SecurityEvent
{
    private SecurityEvent()
    {
    }

    /// <param name="accountId">None for a sign-in under an address that nobody has.</param>
    /// <param name="origin">Network address that the request came from.</param>
    public SecurityEvent(Guid? accountId, SecurityEventKind kind, Guid? signInId, string? origin, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        AccountId = accountId;
        At = now;
        Kind = kind;
        SignInId = signInId;
        Origin = origin;
    }

    public Guid Id { get; private set; }

    public Guid? AccountId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public SecurityEventKind Kind { get; private set; }

    public Guid? SignInId { get; private set; }

    public string? Origin { get; private set; }
}
