using System.ComponentModel.DataAnnotations;
using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Shared.Tenancy.Settings.Demo;

/// <summary>What <c>tenants/&lt;slug&gt;/demo/</c> holds: the invented people and places of a demonstration, seeded in Development only.</summary>
/// <remarks>Rows name each other by key: clinics are clinic1, clinic2, … and facilities facility1, … in file order.</remarks>
public sealed record DemoTenant(
    IReadOnlyList<DemoClinic> Clinics,
    IReadOnlyList<DemoFacility> Facilities,
    IReadOnlyList<DemoPatient> Patients,
    DemoStaff Staff,
    DemoShifts Shifts,
    DemoConsultations Consultations,
    DemoMoney? Money);

/// <summary><c>staff.yaml</c>; all that a desk's demo folder holds.</summary>
public sealed record DemoStaff
{
    public required IReadOnlyList<DemoAccount> Accounts { get; init; }
}

public sealed record DemoAccount
{
    /// <summary>Short name such as doctor1, which the demo API keys and the shifts use.</summary>
    public required string Key { get; init; }

    /// <summary>The sign-in name.</summary>
    public required string Email { get; init; }

    public required string FamilyName { get; init; }

    public required string GivenName { get; init; }

    public required string FamilyKana { get; init; }

    public required string GivenKana { get; init; }

    public required DemoRole Role { get; init; }

    /// <summary>Key of the clinic or facility; null for those who belong to the association or the desk itself.</summary>
    public string? Organisation { get; init; }

    /// <summary>Qualification shown beside the name, such as 看護師.</summary>
    public string? Title { get; init; }
}

public enum DemoRole
{
    Secretariat,
    ClinicDoctor,
    ClinicStaff,
    DeskOperator,
    NightDoctor,
    Driver,
    FacilityStaff,
    PlatformOperator,
}

/// <summary><c>shifts.yaml</c>: a pattern that the seeder repeats around today.</summary>
public sealed record DemoShifts
{
    /// <summary>Every night.</summary>
    public required DailySpan Night { get; init; }

    /// <summary>Every day, so that a demonstration finds a unit on duty at noon too.</summary>
    public required DailySpan Day { get; init; }

    public required IReadOnlyList<DemoUnit> Units { get; init; }
}

/// <summary>A car with a doctor and a driver.</summary>
public sealed record DemoUnit
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Phone { get; init; }

    public required string BaseName { get; init; }

    public required double BaseLatitude { get; init; }

    public required double BaseLongitude { get; init; }

    /// <summary>Key of the doctor's account.</summary>
    public required string Doctor { get; init; }

    /// <summary>Key of the driver's account.</summary>
    public required string Driver { get; init; }

    /// <summary>The doctor acts for the association's clinic, not as a part-time doctor of the patient's own clinic.</summary>
    public required bool ActsForPartner { get; init; }
}

/// <summary><c>consultations.yaml</c>: who sees patients by video, and in which evenings.</summary>
public sealed record DemoConsultations
{
    public required IReadOnlyList<DemoPractitioner> Practitioners { get; init; }

    public IReadOnlyList<DemoPharmacy> Pharmacies { get; init; } = [];

    public IReadOnlyList<DemoCarePlan> CarePlans { get; init; } = [];

    /// <summary>Around the time of seeding.</summary>
    public IReadOnlyList<DemoAppointment> Appointments { get; init; } = [];
}

/// <summary>薬局, invented.</summary>
public sealed record DemoPharmacy
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    [Phone]
    public required string Phone { get; init; }

    [Phone]
    public required string Fax { get; init; }

    public string? Email { get; init; }
}

/// <summary>オンライン診療計画 of one patient, agreed a month before the day of seeding.</summary>
public sealed record DemoCarePlan
{
    /// <summary>Chart number.</summary>
    public required string Patient { get; init; }

    /// <summary>Key of the account of a doctor of the patient's clinic.</summary>
    public required string Doctor { get; init; }

    public required string Aims { get; init; }

    public required string Conditions { get; init; }

    public required string InPerson { get; init; }

    public required string AgreedBy { get; init; }
}

public sealed record DemoAppointment
{
    /// <summary>Key of a practitioner's account.</summary>
    public required string Doctor { get; init; }

    /// <summary>Chart number.</summary>
    public required string Patient { get; init; }

    public required DemoDay Day { get; init; }

    /// <summary>By the association's clock; in a few minutes when left out. What is over by then today is tomorrow's.</summary>
    public TimeOnly? Time { get; init; }

    public required DemoBooking State { get; init; }

    /// <summary>Code of the association's service.</summary>
    public required string Service { get; init; }

    public required string Reason { get; init; }
}

public enum DemoDay
{
    Today,
    Tomorrow,
}

public enum DemoBooking
{
    /// <summary>Asked for; the clinic has not answered.</summary>
    Proposed,
    Booked,

    /// <summary>The patient is in the waiting room, and everything is met.</summary>
    Arrived,
}

public sealed record DemoPractitioner
{
    /// <summary>Key of the doctor's account.</summary>
    public required string Doctor { get; init; }

    /// <summary>医籍登録番号, invented.</summary>
    public required string License { get; init; }

    public required IReadOnlyList<DemoSession> Sessions { get; init; }
}

/// <summary>Hours that recur on these days of the week.</summary>
public sealed record DemoSession
{
    public required IReadOnlyList<DayOfWeek> Weekdays { get; init; }

    public required DailySpan Hours { get; init; }

    public required int BufferMinutes { get; init; }

    public required int LeadMinutes { get; init; }
}
