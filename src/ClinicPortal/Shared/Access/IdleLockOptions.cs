namespace ClinicPortal.Shared.Access;

/// <summary>What stands before its person, and so how long it may stand there alone.</summary>
public enum WorkPlace
{
    /// <summary>Of the sign-in host: nobody acts for anybody yet.</summary>
    None,

    /// <summary>The phone of a night doctor or driver, which is in their pocket.</summary>
    Phone,

    /// <summary>A computer of a clinic, a facility or an office.</summary>
    Office,

    /// <summary>The night desk, which operators share.</summary>
    Desk,
}

/// <summary>Section <c>IdleLock</c> of the configuration: minutes without anybody at it after which a place is locked; 0 for never.</summary>
public sealed record IdleLockOptions
{
    public int DeskMinutes { get; init; } = 10;

    public int OfficeMinutes { get; init; } = 15;

    /// <summary>Does not run while its doctor or driver is on the way to a patient or there.</summary>
    public int PhoneMinutes { get; init; } = 60;

    public static WorkPlace PlaceOf(string role) => role switch
    {
        Roles.DeskOperator => WorkPlace.Desk,
        Roles.NightDoctor or Roles.Driver => WorkPlace.Phone,
        _ => WorkPlace.Office,
    };

    /// <summary>Null for never.</summary>
    public TimeSpan? After(WorkPlace place) => place switch
    {
        WorkPlace.Desk => Minutes(DeskMinutes),
        WorkPlace.Office => Minutes(OfficeMinutes),
        WorkPlace.Phone => Minutes(PhoneMinutes),
        _ => null,
    };

    /// <summary>The one of two that locks sooner: a browser that is both is the more guarded.</summary>
    public WorkPlace Stricter(WorkPlace one, WorkPlace other) =>
        (After(other) ?? TimeSpan.MaxValue) < (After(one) ?? TimeSpan.MaxValue) ? other : one;

    private static TimeSpan? Minutes(int minutes) => minutes > 0 ? TimeSpan.FromMinutes(minutes) : null;
}
