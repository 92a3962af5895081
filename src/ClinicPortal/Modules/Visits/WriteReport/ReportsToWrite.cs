using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <param name="Report">Null until something was saved.</param>
public sealed record ReportToWrite(VisitCase Case, VisitDispatch Dispatch, VisitReport? Report);

/// <summary>What a receipt of saving or handing in says: no clinical text.</summary>
/// <param name="Version">Send it with the next <c>PUT</c> to be told when somebody else wrote meanwhile.</param>
public sealed record ReportReceiptDetails(
    Guid Id, Guid CaseId, string CaseNumber, ReportState State, uint Version, DateTimeOffset SavedAt, DateTimeOffset? SubmittedAt)
{
    internal static ReportReceiptDetails Of(VisitReport report, VisitCase of) =>
        new(report.Id, of.Id.Value, of.Number, report.State, report.Version, report.SavedAt, report.SubmittedAt);
}

/// <summary>Finds the report of a case for whoever may write it: the doctor who went; where physicians pair up also the clinic's doctor who decided.</summary>
public sealed class ReportsToWrite(ICases cases, VisitsContext db, CurrentUser user, ITenantResolver tenants)
{
    public async Task<Result<ReportToWrite>> FindAsync(CaseId id, CancellationToken cancellationToken)
    {
        if (await cases.ForVisitAsync(id, cancellationToken) is not { } found)
        {
            return Error.NotFound("case.not-found");
        }
        if (found.Dispatch is not { } dispatch)
        {
            return Error.Conflict("report.no-visit");
        }
        if (!found.CallerMayReport && !IsDecidingClinicDoctor(found))
        {
            return Error.Forbidden("forbidden");
        }
        var report = await db.Reports.SingleOrDefaultAsync(
            r => r.TenantId == found.TenantId && r.DispatchId == dispatch.Id, cancellationToken);
        return new ReportToWrite(found, dispatch, report);
    }

    private bool IsDecidingClinicDoctor(VisitCase found) =>
        user.Is(Roles.ClinicDoctor) && found.DecidingDoctorId == user.Id
        && tenants.ById(found.TenantId)?.Settings.CareModel == CareModel.PairedPhysicians;
}
