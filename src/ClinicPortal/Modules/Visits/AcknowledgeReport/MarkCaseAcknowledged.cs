using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.AcknowledgeReport;

/// <summary>Tells the night desk that the primary clinic has read a case's report.</summary>
internal sealed class MarkCaseAcknowledged(VisitsContext db, ICases cases) : IWorkHandler
{
    public static string Kind => "visits.case-acknowledged";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (report, actor, role) = item.Read<ReportStep>();
        var read = await (
            from receipt in db.Receipts
            where receipt.ReportId == report.Value && receipt.AccountId == actor
            join visit in db.Visits on new { receipt.TenantId, receipt.ReportId } equals new { visit.TenantId, visit.ReportId }
            select new { visit.Kind, visit.CaseId, visit.PrimaryClinicName, receipt.AccountName }).SingleAsync(cancellationToken);
        var marked = await cases.MarkAcknowledgedAsync(
            new CaseId(read.CaseId!.Value), new ReadNews(report.Value, read.PrimaryClinicName), new Actor(actor, read.AccountName, role), cancellationToken);
        if (!marked.Succeeded && read.Kind == VisitKind.HomeVisit)
        {
            // The report itself may not have been told to the night desk yet: this is tried again.
            throw new InvalidOperationException($"The case refused to be acknowledged: {marked.Errors[0].Code}.");
        }
    }
}
