using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.NightDesk;

/// <summary>What a command on a case answers: numbers, state and times, nothing clinical.</summary>
/// <param name="Association">Identifier of the association.</param>
public sealed record CaseReceipt(Guid Id, string Number, string Association, CaseStatus Status, DateTimeOffset ReceivedAt)
{
    internal static CaseReceipt Of(Case subject, ITenantResolver tenants) =>
        new(subject.Id, subject.Number, tenants.ById(subject.TenantId)!.Identifier, subject.Status, subject.ReceivedAt);
}

/// <summary>What a command on a dispatch answers.</summary>
/// <param name="Unit">Name of the unit.</param>
/// <param name="Doctor">Name of the doctor on it.</param>
/// <param name="MinutesToDoor">Estimate along the straight line; null when the door's place is not known.</param>
public sealed record DispatchReceipt(
    Guid Id, Guid CaseId, string CaseNumber, Guid UnitId, string Unit, Guid DoctorId, string Doctor, DispatchState State, CaseStatus CaseStatus,
    int? DistanceMetres, int? MinutesToDoor, DateTimeOffset OfferedAt)
{
    internal static DispatchReceipt Of(Dispatch dispatch, Case subject) => new(
        dispatch.Id, subject.Id, subject.Number, dispatch.UnitId, dispatch.UnitName, dispatch.DoctorId, dispatch.DoctorName, dispatch.State, subject.Status,
        dispatch.DistanceMetres, dispatch.MinutesToDoor, dispatch.OfferedAt);
}
