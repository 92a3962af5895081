using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.NightDesk.Contracts;

public readonly record struct CaseId(Guid Value);

/// <summary>Whose patient a case is about became known after the call.</summary>
public sealed record CaseIdentified(Guid Id, TenantId Tenant, CaseId Case) : IModuleEvent;

/// <summary>What other modules may ask of cases and do to them.</summary>
public interface ICases
{
    /// <summary>The case with the unit that went, for whoever may write or read its report; null when there is none for this caller.</summary>
    Task<VisitCase?> ForVisitAsync(CaseId id, CancellationToken cancellationToken);

    /// <summary>The cases that the caller, a night doctor or driver, may know of tonight.</summary>
    Task<IReadOnlyList<CaseId>> OfTonightAsync(CancellationToken cancellationToken);

    /// <summary>The visit's report was handed in. Doing it again changes nothing.</summary>
    Task<Result<CaseId>> MarkReportedAsync(CaseId id, ReportNews news, Actor reporter, CancellationToken cancellationToken);

    /// <summary>A case that could be seen by video, for whoever carries it; null when there is none for this caller.</summary>
    Task<CaseForVideo?> ForVideoAsync(CaseId id, CancellationToken cancellationToken);

    /// <summary>A doctor sees the patient by video: decided like every outcome, and refused for the same reasons.</summary>
    Task<Result<CaseId>> DecideVideoAsync(CaseId id, Guid doctorId, string doctorName, CancellationToken cancellationToken);

    /// <summary>The consultation by video is over. Doing it again changes nothing.</summary>
    /// <param name="seen">The patient was seen; otherwise the case waits for another decision.</param>
    Task<Result<CaseId>> EndVideoAsync(CaseId id, bool seen, CancellationToken cancellationToken);

    /// <summary>The primary clinic has read the report. Doing it again changes nothing.</summary>
    Task<Result<CaseId>> MarkAcknowledgedAsync(CaseId id, ReadNews news, Actor reader, CancellationToken cancellationToken);

    /// <summary>The calls of the nights from one date to another whose patients have a clinic, for what that clinic pays. Nobody else is named.</summary>
    /// <param name="clinic">Only this clinic's; null for those of all in scope.</param>
    Task<IReadOnlyList<BillableCall>> CallsAsync(DateOnly from, DateOnly until, Guid? clinic, CancellationToken cancellationToken);

    /// <summary>A call as it stands now; null while nobody knows whose patient it is about.</summary>
    Task<BillableCall?> CallAsync(CaseId id, CancellationToken cancellationToken);

    /// <summary>In which shift, and with which driver, units went. No case is named.</summary>
    Task<IReadOnlyDictionary<Guid, DispatchCrew>> CrewsAsync(IReadOnlyCollection<Guid> dispatches, CancellationToken cancellationToken);
}

public sealed record DispatchCrew(ShiftId ShiftId, AccountId? DriverId);

/// <summary>A case as far as its price hangs on it.</summary>
/// <param name="Covered">What the desk was told when the call came, or when it became known whose patient it is about.</param>
public sealed record BillableCall(CaseId Id, string Number, DateOnly Night, DateTimeOffset ReceivedAt, Guid ClinicId, string ClinicName, bool Covered);

/// <param name="PatientId">Null while nobody knows who it is about.</param>
/// <param name="CallerPhone">Where a link can be sent.</param>
public sealed record CaseForVideo(Guid TenantId, CaseId Id, string Number, Guid? PatientId, string? CallerPhone, string? Complaint, bool IsOpen);

/// <summary>The person who did what the portal tells the case after the commit: the timeline names people, not jobs.</summary>
/// <param name="Role">In which they did it, one of <c>Roles</c>.</param>
public sealed record Actor(Guid Id, string Name, string Role);

/// <summary>What the timeline says of a report that was handed in: nothing clinical.</summary>
/// <param name="Unit">None where the doctor saw the patient by video or phone.</param>
/// <param name="Doctor">Who went, or saw the patient.</param>
public sealed record ReportNews(Guid Report, string? Unit, string Doctor);

/// <param name="Clinic">Whose staff has read it.</param>
public sealed record ReadNews(Guid Report, string? Clinic);

/// <summary>A visit as the night desk knows it.</summary>
/// <param name="Night">The date the night began.</param>
/// <param name="RequestedBy">Who asked: patient, family or carer.</param>
/// <param name="CallerMayReport">The caller is the doctor who went.</param>
public sealed record VisitCase(
    Guid TenantId, CaseId Id, string Number, DateOnly Night, DateTimeOffset ReceivedAt, string? Complaint,
    Guid? PatientId, string? PatientName, string? PatientKana, DateOnly? PatientBirthDate, string? PatientSex, string? PatientAddress,
    Guid? PrimaryClinicId, string? PrimaryClinicName, Guid? SecondaryClinicId, Guid? FacilityId, bool Covered,
    string? RequestedBy, Guid? DecidingDoctorId, string? DecidingDoctorName, DateTimeOffset? DecidedAt,
    VisitDispatch? Dispatch, bool CallerMayReport);

/// <summary>The unit that accepted: people, institutions and times.</summary>
public sealed record VisitDispatch(
    Guid Id, Guid DoctorId, string DoctorName, Guid? DriverId, string? DriverName, string UnitName, string EmployerName, string EmployerCode,
    PerformsAs PerformsAs, string? PartnerName, string? PartnerCode,
    DateTimeOffset? DepartedAt, DateTimeOffset? ArrivedAt, DateTimeOffset? CompletedAt);
