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
        var id = item.Read<ReportId>().Value;
        var (caseId, reader) = await (
            from receipt in db.Receipts
            where receipt.ReportId == id && receipt.AcknowledgedAt != null
            join report in db.Reports on new { receipt.TenantId, Id = receipt.ReportId } equals new { report.TenantId, report.Id }
            orderby receipt.AcknowledgedAt
            select new ValueTuple<Guid, string>(report.CaseId, receipt.AccountName)).FirstAsync(cancellationToken);
        var marked = await cases.MarkAcknowledgedAsync(new CaseId(caseId), reader, cancellationToken);
        if (!marked.Succeeded)
        {
            // The report itself may not have been told to the night desk yet: this is tried again.
            throw new InvalidOperationException($"The case refused to be acknowledged: {marked.Errors[0].Code}.");
        }
    }
}
