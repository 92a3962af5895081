using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <summary>Tells the night desk that a case's report is in: work of its own, because a transaction writes one module.</summary>
internal sealed class MarkCaseReported(VisitsContext db, ICases cases) : IWorkHandler
{
    public static string Kind => "visits.case-reported";

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var id = item.Read<ReportId>().Value;
        var report = await db.Reports.AsNoTracking().SingleAsync(r => r.Id == id, cancellationToken);
        var marked = await cases.MarkReportedAsync(new CaseId(report.CaseId), report.AuthorName, cancellationToken);
        if (!marked.Succeeded)
        {
            throw new InvalidOperationException($"The case refused to be reported: {marked.Errors[0].Code}.");
        }
    }
}
