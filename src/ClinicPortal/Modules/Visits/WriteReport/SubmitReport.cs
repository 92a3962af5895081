using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <param name="Content">Saved first; null hands in the draft as it is.</param>
public sealed record SubmitReportInput(CaseId Case, ReportContent? Content = null, uint? Version = null);

/// <summary>報告を送信: the report is final, the primary clinic has it at once, and the visit becomes a line on its invoice.</summary>
public sealed class SubmitReportHandler(
    ReportsToWrite reports, SaveReportHandler save, VisitsContext db, IMemberClinics clinics, PortalSession session, Outbox outbox,
    AuditTrail audit, CurrentUser user, TimeProvider clock)
{
    public async Task<Result<ReportReceiptDetails>> HandleAsync(SubmitReportInput input, CancellationToken cancellationToken)
    {
        var found = await reports.FindAsync(input.Case, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<ReportReceiptDetails>.Refused(found.Errors);
        }
        var (subject, dispatch, report) = found.Value;
        if (input.Content is { } content)
        {
            var written = save.Write(new SaveReportInput(input.Case, content, input.Version), subject, dispatch, report);
            if (!written.Succeeded)
            {
                return Result<ReportReceiptDetails>.Refused(written.Errors);
            }
            report = written.Value;
        }
        if (report is null)
        {
            return Error.Conflict("report.not-written");
        }
        if (dispatch.CompletedAt is null)
        {
            return Error.Conflict("report.visit-not-finished");
        }
        var now = clock.GetUtcNow();
        var missing = report.Submit(now);
        if (missing.Count > 0)
        {
            return Result<ReportReceiptDetails>.Refused(missing);
        }
        var visit = HomeVisit.Of(subject, dispatch, await PrimaryInstitutionAsync(subject, cancellationToken), report, now);
        db.Add(visit);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Error.Conflict("changed-meanwhile");
        }
        Tell(report, visit, now);
        return ReportReceiptDetails.Of(report, subject);
    }

    private void Tell(VisitReport report, HomeVisit visit, DateTimeOffset now)
    {
        var tenant = new TenantId(report.TenantId);
        var news = new ReportSubmitted(report.Id, tenant, new ReportId(report.Id), new VisitId(visit.Id), visit.CaseId is { } of ? new CaseId(of) : null);
        outbox.Publish(news);
        session.Enqueue(WorkItem.For(MarkCaseReported.Kind, tenant, ReportStep.By(user, report.Id), $"{MarkCaseReported.Kind}:{report.Id}", now));
        audit.Changed(report.TenantId, "report", report.Id, fields: ["submitted"], patient: visit.PatientId);
        foreach (var clinic in new[] { visit.PrimaryClinicId, visit.SecondaryClinicId }.OfType<Guid>())
        {
            session.Changed(LiveTopics.Inbox(clinic));
        }
    }

    private async Task<Institution?> PrimaryInstitutionAsync(VisitCase subject, CancellationToken cancellationToken) =>
        subject.PrimaryClinicId is { } id ? (await clinics.FindAsync(new ClinicId(id), cancellationToken))?.Institution : null;
}
