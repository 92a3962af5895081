namespace ClinicPortal.Shared.Access;

/// <summary>Section <c>IdleLock</c> of the configuration.</summary>
public sealed record IdleLockOptions
{
    /// <summary>Minutes without anybody at it after which a desk that operators share is locked; 0 for never.</summary>
    public int DeskMinutes { get; init; } = 10;

    public TimeSpan? Desk => DeskMinutes > 0 ? TimeSpan.FromMinutes(DeskMinutes) : null;
}
