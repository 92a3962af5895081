using ClinicPortal.Modules.NightDesk.Contracts;
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
        var (report, actor, role) = item.Read<ReportStep>();
        var visit = await db.Visits.AsNoTracking().SingleAsync(v => v.ReportId == report.Value, cancellationToken);
        // Only the doctor who went and the one who decided hand reports in, whoever wrote in them last.
        var name = actor == visit.DoctorId ? visit.DoctorName : visit.DecidingDoctorName ?? visit.DoctorName;
        var marked = await cases.MarkReportedAsync(
            new CaseId(visit.CaseId!.Value), new ReportNews(report.Value, visit.UnitName, visit.DoctorName), new Actor(actor, name, role), cancellationToken);
        if (!marked.Succeeded)
        {
            throw new InvalidOperationException($"The case refused to be reported: {marked.Errors[0].Code}.");
        }
    }
}
