namespace ClinicPortal.Modules.Roster.Contracts;

/// <summary>The caller's own shifts of now, to check into and out of.</summary>
public interface IOwnDuty
{
    /// <returns>Those that run, begin soon or are just over, and those that were never checked out of; the oldest first.</returns>
    Task<IReadOnlyList<OwnDuty>> NowAsync(CancellationToken cancellationToken);
}

/// <summary>What a person can do about a shift now.</summary>
public enum DutyStep
{
    /// <summary>Check in.</summary>
    Ready,

    /// <summary>Check out before the planned end, for a reason.</summary>
    Working,

    /// <summary>Check out: the shift is over.</summary>
    Over,

    /// <summary>Nothing any more: the check-out was forgotten, the secretariat enters it.</summary>
    Forgotten,

    /// <summary>Nothing any more: the person never checked in, the secretariat enters it.</summary>
    Missed,

    /// <summary>Nothing: checked in and out.</summary>
    Done,
}

/// <param name="From">Planned, as the association's clock shows it; so are all times here.</param>
public sealed record OwnDuty(
    ShiftId ShiftId, string UnitName, DateOnly Day, TimeOnly From, TimeOnly Until, TimeOnly? CheckedInAt, TimeOnly? CheckedOutAt, int BreakMinutes, DutyStep Step);
