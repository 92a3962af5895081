using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Coverage.Domain;

public enum PauseReason
{
    /// <summary>The clinic is suspended.</summary>
    Membership,

    /// <summary>The clinic asked for it.</summary>
    Own,
}

/// <summary>Nights without cover inside a subscription, kept when they are over: they are not charged for.</summary>
public sealed class PausedNights : ITenantOwned
{
    private PausedNights()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public DateOnly FromNight { get; private set; }

    /// <summary>The last night; the day before the first where the pause never came to be.</summary>
    public DateOnly? UntilNight { get; private set; }

    public PauseReason Reason { get; private set; }

    public static PausedNights Of(Guid tenantId, Guid clinicId, DateOnly from, DateOnly? until, PauseReason reason, DateTimeOffset now) =>
        new() { TenantId = tenantId, Id = Guid.CreateVersion7(now), ClinicId = clinicId, FromNight = from, UntilNight = until, Reason = reason };

    public void End(DateOnly lastNight) => UntilNight = lastNight < FromNight ? FromNight.AddDays(-1) : lastNight;
}

/// <summary>A night that a clinic bought by itself. What was bought stays bought.</summary>
public sealed class BoughtNight : ITenantOwned
{
    private BoughtNight()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public DateOnly Night { get; private set; }

    public CoverKind Kind { get; private set; }

    /// <summary>Code of the plan by whose prices calls and visits of the night are charged.</summary>
    public string Plan { get; private set; } = "";

    public DateOnly PriceFrom { get; private set; }

    public int Yen { get; private set; }

    public DateTimeOffset BoughtAt { get; private set; }

    public Guid BoughtById { get; private set; }

    public string BoughtByName { get; private set; } = "";

    public static BoughtNight Of(Guid tenantId, Guid clinicId, DateOnly night, CoverKind kind, string plan, DateOnly priceFrom, int yen, CurrentUser by, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        ClinicId = clinicId,
        Night = night,
        Kind = kind,
        Plan = plan,
        PriceFrom = priceFrom,
        Yen = yen,
        BoughtAt = now,
        BoughtById = by.Id,
        BoughtByName = by.Name,
    };
}

public enum CoverChangeKind
{
    Chosen,
    Changed,
    PricesTakenOver,
    Paused,
    Resumed,
    Cancelled,
    CancellationTakenBack,
    NightBought,
}

/// <summary>An entry of a subscription's history.</summary>
public sealed class CoverChange : ITenantOwned
{
    private CoverChange()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    /// <summary>None where a night was bought.</summary>
    public Guid? ContractId { get; private set; }

    public CoverChangeKind Kind { get; private set; }

    public DateOnly EffectiveOn { get; private set; }

    /// <summary>The last night of a pause.</summary>
    public DateOnly? Until { get; private set; }

    public string? PlanBefore { get; private set; }

    public string? PlanAfter { get; private set; }

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";

    public string ByRole { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    public static CoverChange Of(
        Guid tenantId, Guid clinicId, Guid? contractId, CoverChangeKind kind, DateOnly effectiveOn, CurrentUser by, DateTimeOffset now,
        string? planBefore = null, string? planAfter = null, DateOnly? until = null) => new()
        {
            TenantId = tenantId,
            Id = Guid.CreateVersion7(now),
            ClinicId = clinicId,
            ContractId = contractId,
            Kind = kind,
            EffectiveOn = effectiveOn,
            Until = until,
            PlanBefore = planBefore,
            PlanAfter = planAfter,
            ById = by.Id,
            ByName = by.Name,
            ByRole = by.Role,
            At = now,
        };
}

/// <summary>A clinic's home patients on the last day of a month.</summary>
public sealed class PatientCount : ITenantOwned
{
    private PatientCount()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid ClinicId { get; private set; }

    public DateOnly OnDay { get; private set; }

    public int Patients { get; private set; }

    public DateTimeOffset CountedAt { get; private set; }

    public static PatientCount Of(Guid tenantId, Guid clinicId, DateOnly onDay, int patients, DateTimeOffset now) =>
        new() { TenantId = tenantId, ClinicId = clinicId, OnDay = onDay, Patients = patients, CountedAt = now };
}
