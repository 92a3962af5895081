using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.AcknowledgeReport;

/// <summary>What confirming a report answers.</summary>
public sealed record AcknowledgementReceipt(Guid Id, Guid? CaseId, string CaseNumber, DateTimeOffset AcknowledgedAt);

/// <summary>確認しました: somebody of the primary clinic has read the report. Doing it again changes nothing.</summary>
public sealed class AcknowledgeReportHandler(
    VisitsContext db, ReportAccess access, AuditTrail audit, PortalSession session, CurrentUser user, TimeProvider clock)
{
    public async Task<Result<AcknowledgementReceipt>> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        var visit = await (await access.ReadableAsync(cancellationToken)).SingleOrDefaultAsync(v => v.ReportId == id, cancellationToken);
        if (visit is null)
        {
            return Error.NotFound("report.not-found");
        }
        if (visit.PrimaryClinicId != user.OrganisationId)
        {
            // A secondary physician reads along; the answer for the patient is the primary clinic's.
            return Error.Forbidden("forbidden");
        }
        var now = clock.GetUtcNow();
        var receipt = await db.Receipts.SingleOrDefaultAsync(
            r => r.TenantId == visit.TenantId && r.ReportId == id && r.AccountId == user.Id, cancellationToken);
        if (receipt is null)
        {
            var report = await db.Reports.SingleAsync(r => r.TenantId == visit.TenantId && r.Id == id, cancellationToken);
            db.Add(receipt = ReportReceipt.Of(report, user, now));
        }
        receipt.Acknowledge(now);
        await db.SaveChangesAsync(cancellationToken);
        var tenant = new TenantId(visit.TenantId);
        if (visit.CaseId is not null)
        {
            session.Enqueue(WorkItem.For(MarkCaseAcknowledged.Kind, tenant, ReportStep.By(user, id), $"{MarkCaseAcknowledged.Kind}:{id}", now));
        }
        audit.Changed(visit.TenantId, "report", id, fields: ["acknowledged"], patient: visit.PatientId);
        session.Changed(LiveTopics.Inbox(receipt.ClinicId));
        return new AcknowledgementReceipt(id, visit.CaseId, visit.CaseNumber, receipt.AcknowledgedAt!.Value);
    }
}

internal static class AcknowledgeReportApi
{
    public static void MapAcknowledgeReport(this RouteGroupBuilder api) =>
        api.MapPost("/reports/{id:guid}/acknowledge",
            (Guid id, NoFields? body, AcknowledgeReportHandler acknowledge, ApiCommand command, CancellationToken cancellationToken) =>
                command.RunAsync(() => acknowledge.HandleAsync(id, cancellationToken), null, cancellationToken))
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff)
            .IsCommand()
            .WithName("AcknowledgeReport").WithTags("Reports")
            .WithSummary("The primary clinic confirms that it has read the report")
            .Produces<AcknowledgementReceipt>();
}
