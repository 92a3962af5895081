using ClinicPortal.Modules.NightDesk.Data;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.NightDesk.ReadCase;

/// <summary>
/// One case and its timeline, for whoever may see it; what other units were asked and why they could not go is not for those on a unit.
/// Each reading is on the access log.
/// </summary>
public sealed class ReadCaseHandler(NightDeskContext db, CurrentUser user, CaseAccess access, AuditTrail audit, ITenantResolver tenants)
{
    public async Task<Result<CaseView>> CaseAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await access.Visible().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        var dispatches = await DispatchesAsync(found, cancellationToken);
        audit.Opened(found.TenantId, "case", found.Id, patient: found.PatientId);
        return CaseView.Of(found, dispatches, tenants, withoutClinicalText: user.Is(Roles.Driver));
    }

    public async Task<Result<IReadOnlyList<CaseEventView>>> EventsAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await access.Visible().AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        var events = await db.CaseEvents.AsNoTracking()
            .Where(e => e.TenantId == found.TenantId && e.CaseId == found.Id)
            .OrderBy(e => e.At).ThenBy(e => e.Id)
            .ToListAsync(cancellationToken);
        if (access.IsOfUnit)
        {
            var own = await DispatchesAsync(found, cancellationToken);
            events.RemoveAll(e => e.Unit is { } unit && own.TrueForAll(d => d.UnitName != unit));
        }
        audit.Opened(found.TenantId, "case", found.Id, detail: "events", patient: found.PatientId);
        return events.ConvertAll(e => CaseEventView.Of(e, withoutDetails: user.Is(Roles.Driver)));
    }

    private Task<List<Dispatch>> DispatchesAsync(Case of, CancellationToken cancellationToken) =>
        (access.IsOfUnit ? access.Own() : db.Dispatches).AsNoTracking()
            .Where(d => d.TenantId == of.TenantId && d.CaseId == of.Id)
            .ToListAsync(cancellationToken);
}
