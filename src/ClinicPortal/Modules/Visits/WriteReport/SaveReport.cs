using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <param name="Version">The version that was shown; null does not ask, 0 expects that nothing was saved yet.</param>
public sealed record SaveReportInput(CaseId Case, ReportContent Content, uint? Version);

/// <summary>一時保存: keeps the draft of a visit's report, from the moment the unit has accepted.</summary>
public sealed class SaveReportHandler(ReportsToWrite reports, VisitsContext db, AuditTrail audit, CurrentUser user, TimeProvider clock)
{
    public async Task<Result<ReportReceiptDetails>> HandleAsync(SaveReportInput input, CancellationToken cancellationToken)
    {
        var found = await reports.FindAsync(input.Case, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<ReportReceiptDetails>.Refused(found.Errors);
        }
        var (subject, dispatch, report) = found.Value;
        var written = Write(input, subject, dispatch, report);
        if (!written.Succeeded)
        {
            return Result<ReportReceiptDetails>.Refused(written.Errors);
        }
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Two devices saved the first draft at once.
            return Error.Conflict("changed-meanwhile");
        }
        audit.Changed(subject.TenantId, "report", written.Value.Id, patient: subject.PatientId);
        return ReportReceiptDetails.Of(written.Value, subject);
    }

    /// <summary>Puts the content into the tracked draft, or a new one; does not save.</summary>
    internal Result<VisitReport> Write(SaveReportInput input, VisitCase subject, VisitDispatch dispatch, VisitReport? report)
    {
        if (input.Version is { } shown && shown != (report?.Version ?? 0) && report?.State != ReportState.Submitted)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var now = clock.GetUtcNow();
        var isNew = report is null;
        report ??= VisitReport.Begin(subject.TenantId, subject.Id.Value, dispatch.Id, user, now);
        var problems = report.Write(input.Content, subject.ReceivedAt, user, now);
        if (problems.Count > 0)
        {
            return Result<VisitReport>.Refused(problems);
        }
        if (isNew)
        {
            db.Add(report);
        }
        return report;
    }
}
