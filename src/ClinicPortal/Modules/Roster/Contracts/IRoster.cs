namespace ClinicPortal.Modules.Roster.Contracts;

/// <summary>A person's account, which is the same in every association.</summary>
public readonly record struct AccountId(Guid Value);

/// <summary>勤務枠.</summary>
public readonly record struct ShiftId(Guid Value);

/// <summary>For which institution the doctor of a shift acts.</summary>
public enum PerformsAs
{
    /// <summary>As a part-time doctor of the patient's own clinic, which performs and claims.</summary>
    PrimaryClinic,

    /// <summary>As a doctor of the shift's partner clinic, which performs and claims.</summary>
    Partner,
}

/// <summary>What other modules may ask of the duty rota (輪番).</summary>
public interface IRoster
{
    /// <summary>The units whose shift covers that instant, in the tenants of the caller's scope, by unit name.</summary>
    Task<IReadOnlyList<UnitOnDuty>> OnDutyAsync(DateTimeOffset at, CancellationToken ct);
}

/// <summary>A car with its doctor and driver during one shift.</summary>
/// <param name="EmployerName">The institution that employs the doctor for this shift.</param>
/// <param name="EmployerCode">Its institution code (10 digits).</param>
/// <param name="PartnerName">Set when, and only when, <paramref name="PerformsAs"/> is <see cref="PerformsAs.Partner"/>.</param>
public sealed record UnitOnDuty(
    Guid TenantId, ShiftId ShiftId, Guid UnitId, string UnitName, string? UnitPhone, double BaseLatitude, double BaseLongitude,
    AccountId DoctorId, string DoctorName, AccountId? DriverId, string? DriverName,
    string EmployerName, string EmployerCode, PerformsAs PerformsAs, string? PartnerName, string? PartnerCode,
    DateTimeOffset StartsAt, DateTimeOffset EndsAt);
