using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.Visits.Contracts;

/// <summary>How the doctor saw the patient.</summary>
public enum VisitKind
{
    /// <summary>往診: at the patient's home.</summary>
    HomeVisit,

    /// <summary>オンライン診療.</summary>
    Video,

    /// <summary>電話等再診: by phone, because video failed.</summary>
    Phone,
}

/// <summary>Identifies a visit that took place, at home (往診) or by video or phone.</summary>
public readonly record struct VisitId(Guid Value);

/// <summary>Identifies a visit report (往診報告書).</summary>
public readonly record struct ReportId(Guid Value);

/// <summary>The report of a visit was handed in; from now on neither changes.</summary>
/// <param name="Case">None where the visit came of an appointment and no case of the night.</param>
public sealed record ReportSubmitted(Guid Id, TenantId Tenant, ReportId Report, VisitId Visit, CaseId? Case) : IModuleEvent;

/// <summary>What the portal's own jobs may ask of visits, within the tenants in scope.</summary>
public interface IVisits
{
    /// <returns>Null when there is no such visit in scope.</returns>
    Task<BillableVisit?> FindBillableAsync(VisitId id, CancellationToken cancellationToken);

    /// <summary>Reported visits of a case.</summary>
    Task<IReadOnlyList<BillableVisit>> OfCaseAsync(CaseId id, CancellationToken cancellationToken);

    /// <summary>Reported visits, for the pay of those who made them. No patient is named.</summary>
    /// <param name="firstDay">Of arrival, by the calendar of the association; so is <paramref name="lastDay"/>, which is included.</param>
    /// <returns>By arrival.</returns>
    Task<IReadOnlyList<WorkedVisit>> ArrivedInAsync(TenantId tenant, DateOnly firstDay, DateOnly lastDay, CancellationToken cancellationToken);
}

/// <summary>A visit as far as its price hangs on it.</summary>
/// <param name="CaseNumber">Of the case; of the appointment where there was none.</param>
/// <param name="Night">The date the night began.</param>
/// <param name="PrimaryClinicId">Null when the patient has no clinic that is a member.</param>
/// <param name="ArrivedAt">At the door; when the doctor began, by video or phone.</param>
/// <param name="EndOfLife">The patient died at home and the doctor confirmed it (看取り).</param>
public sealed record BillableVisit(
    TenantId Tenant, VisitId Id, VisitKind Kind, CaseId? CaseId, string CaseNumber, DateOnly Night,
    ClinicId? PrimaryClinicId, string? PrimaryClinicName, DateTimeOffset ArrivedAt, bool EndOfLife);

/// <summary>A visit as far as the pay of its doctor and driver hangs on it.</summary>
/// <param name="ShiftId">The shift in which the unit went; none by video or phone.</param>
/// <param name="EmployerName">The doctor's for the visit; <paramref name="EmployerCode"/> is its institution code.</param>
/// <param name="DriverId">None where the doctor drove, and by video or phone.</param>
/// <param name="ArrivedAt">At the door; when the doctor began, by video or phone. The class of night is that of this time.</param>
/// <param name="FinishedAt">When the unit left, or the call ended.</param>
/// <param name="EndOfLife">看取り, as in <see cref="BillableVisit"/>; null where the report does not open any more because it was tampered with.</param>
public sealed record WorkedVisit(
    VisitId Id, VisitKind Kind, string CaseNumber, DateOnly Night, ShiftId? ShiftId, AccountId DoctorId, string DoctorName, string EmployerName, string EmployerCode,
    AccountId? DriverId, DateTimeOffset ArrivedAt, DateTimeOffset FinishedAt, bool? EndOfLife);
