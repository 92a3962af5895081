namespace ClinicPortal.Modules.Associations.Contracts;

/// <summary>How a clinic stands to its association on a day.</summary>
public enum MembershipState
{
    /// <summary>会員.</summary>
    Active,

    /// <summary>停止中: no new cover; its patients are still helped in an emergency.</summary>
    Suspended,

    /// <summary>退会予定: a last day is set and has not passed.</summary>
    Leaving,

    /// <summary>退会.</summary>
    Left,
}

/// <param name="SuspendedFrom">The first day of a suspension that has not ended.</param>
/// <param name="LeavesOn">The last day as a member.</param>
public readonly record struct MembershipDates(DateOnly? SuspendedFrom, DateOnly? LeavesOn)
{
    public MembershipState StateOn(DateOnly day) =>
        LeavesOn < day ? MembershipState.Left
        : SuspendedFrom <= day ? MembershipState.Suspended
        : LeavesOn is not null ? MembershipState.Leaving
        : MembershipState.Active;
}
