using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Roster.Domain;

/// <summary>勤務枠: who drives out with a unit from when to when, and for which institutions the doctor acts.</summary>
public sealed class Shift : ITenantOwned
{
    private Shift()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid UnitId { get; private set; }

    public DateTimeOffset StartsAt { get; private set; }

    /// <summary>Not included: the next shift may start at this instant.</summary>
    public DateTimeOffset EndsAt { get; private set; }

    public Guid DoctorAccountId { get; private set; }

    public string DoctorName { get; private set; } = "";

    public Guid? DriverAccountId { get; private set; }

    public string? DriverName { get; private set; }

    public string EmployerName { get; private set; } = "";

    public string EmployerCode { get; private set; } = "";

    public PerformsAs PerformsAs { get; private set; }

    public string? PartnerName { get; private set; }

    public string? PartnerCode { get; private set; }

    public Guid? AccountOf(DutyRole role) => role == DutyRole.Doctor ? DoctorAccountId : DriverAccountId;

    public string? NameOf(DutyRole role) => role == DutyRole.Doctor ? DoctorName : DriverName;
}
