using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Roster.Contracts;

/// <summary>As what a person works in a shift.</summary>
public enum DutyRole
{
    Doctor,
    Driver,
}

/// <summary>勤怠: a shift that a person has checked into, as it stands now with all corrections.</summary>
/// <param name="EmployerName">The institution that employs the person for this shift.</param>
/// <param name="EmployerCode">Its institution code (10 digits).</param>
/// <param name="CheckedOutAt">Null while the person works, or has forgotten to check out.</param>
/// <param name="BreakMinutes">Of the time between check-in and check-out.</param>
/// <param name="Revision">From 1; each check-out and each correction adds one. What was computed of an earlier one is out of date.</param>
public sealed record WorkedShift(Guid AttendanceId, ShiftId ShiftId, AccountId PersonId, string PersonName, DutyRole Role, string EmployerName, string EmployerCode, string UnitName,
    DateTimeOffset PlannedFrom, DateTimeOffset PlannedUntil, DateTimeOffset CheckedInAt, DateTimeOffset? CheckedOutAt, int BreakMinutes, uint Revision);

/// <summary>What was worked, for pay.</summary>
public interface IWorkedShifts
{
    /// <param name="firstDay">Of check-in, by the calendar of the association; so is <paramref name="lastDay"/>, which is included.</param>
    /// <returns>By check-in. An attendance that the secretariat has struck out is not there.</returns>
    Task<IReadOnlyList<WorkedShift>> StartedInAsync(TenantId tenant, DateOnly firstDay, DateOnly lastDay, CancellationToken ct);
}
