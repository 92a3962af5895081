using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.ReadDispatch;

/// <summary>A unit that was asked to go to a case, with its times and the institutions of the visit.</summary>
/// <param name="Unit">Name of the unit.</param>
/// <param name="Employer">Employs the doctor for this shift.</param>
/// <param name="PerformsAs">Whether the doctor acts for the patient's own clinic or for the shift's partner clinic.</param>
/// <param name="Partner">The partner clinic, where the doctor acts for it.</param>
/// <param name="DistanceMetres">Along the straight line; null when the door's place is not known.</param>
/// <param name="MinutesToDoor">Estimate along the straight line.</param>
public sealed record DispatchView(
    Guid Id, Guid CaseId, string CaseNumber, CaseStatus CaseStatus, DispatchState State, Guid UnitId, string Unit, string? UnitPhone,
    Guid DoctorId, string DoctorName, string? DriverName, InstitutionView Employer, PerformsAs PerformsAs, InstitutionView? Partner,
    int? DistanceMetres, int? MinutesToDoor, DateTimeOffset OfferedAt, DateTimeOffset? AnsweredAt, string? DeclineReason,
    DateTimeOffset? DepartedAt, DateTimeOffset? ArrivedAt, DateTimeOffset? CompletedAt)
{
    internal static DispatchView Of(Dispatch d, Case c) => new(
        d.Id, c.Id, c.Number, c.Status, d.State, d.UnitId, d.UnitName, d.UnitPhone, d.DoctorId, d.DoctorName, d.DriverName,
        new InstitutionView(d.EmployerName, d.EmployerCode), d.PerformsAs,
        d is { PartnerName: { } name, PartnerCode: { } code } ? new InstitutionView(name, code) : null,
        d.DistanceMetres, d.MinutesToDoor, d.OfferedAt, d.AnsweredAt, d.DeclineReason, d.DepartedAt, d.ArrivedAt, d.CompletedAt);
}

/// <param name="Code">Institution code, ten digits.</param>
public sealed record InstitutionView(string Name, string Code);

/// <summary>Dispatches of cases that the caller may see; a doctor and a driver have only their own.</summary>
public sealed class ReadDispatchHandler(NightDeskContext db, CaseAccess access, AuditTrail audit)
{
    private const int Limit = 200;

    public async Task<Result<DispatchView>> OneAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await Visible(access.IsOfUnit ? access.Jobs() : db.Dispatches).FirstOrDefaultAsync(pair => pair.Dispatch.Id == id, cancellationToken);
        if (found is null)
        {
            return Error.NotFound("dispatch.not-found");
        }
        audit.Opened(found.Case.TenantId, "case", found.Case.Id, patient: found.Case.PatientId);
        return DispatchView.Of(found.Dispatch, found.Case);
    }

    /// <summary>Those of the last 24 hours, the newest first.</summary>
    public async Task<IReadOnlyList<DispatchView>> TonightAsync(bool mine, CancellationToken cancellationToken)
    {
        var since = access.TonightSince;
        var found = await Visible(mine || access.IsOfUnit ? access.Jobs() : db.Dispatches.Where(d => d.OfferedAt > since))
            .OrderByDescending(pair => pair.Dispatch.OfferedAt)
            .Take(Limit)
            .ToListAsync(cancellationToken);
        audit.Listed("case", found.Select(pair => (pair.Case.TenantId, pair.Case.Id, pair.Case.PatientId)));
        return found.ConvertAll(pair => DispatchView.Of(pair.Dispatch, pair.Case));
    }

    private IQueryable<CaseDispatch> Visible(IQueryable<Dispatch> dispatches) =>
        from d in dispatches.AsNoTracking()
        join c in access.Visible().AsNoTracking() on new { d.TenantId, Id = d.CaseId } equals new { c.TenantId, c.Id }
        select new CaseDispatch { Dispatch = d, Case = c };

    private sealed class CaseDispatch
    {
        public required Dispatch Dispatch { get; init; }

        public required Case Case { get; init; }
    }
}
