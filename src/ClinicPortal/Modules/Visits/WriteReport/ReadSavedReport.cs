using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <summary>A report as it was last saved.</summary>
/// <param name="Author">Who wrote last.</param>
/// <param name="Content">With its version, as <c>PUT</c> takes it.</param>
public sealed record SavedReport(
    Guid Id, Guid CaseId, string CaseNumber, ReportState State, string Author, DateTimeOffset SavedAt, DateTimeOffset? SubmittedAt, ReportRequest Content);

/// <summary>The report of a case, for whoever may write it. Reading it is on the access log.</summary>
public sealed class ReadSavedReportHandler(ReportsToWrite reports, AuditTrail audit)
{
    public async Task<Result<SavedReport>> HandleAsync(CaseId id, CancellationToken cancellationToken)
    {
        var found = await reports.FindAsync(id, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<SavedReport>.Refused(found.Errors);
        }
        if (found.Value.Report is not { } report)
        {
            return Error.NotFound("report.not-found");
        }
        audit.Opened(report.TenantId, "report", report.Id, detail: report.State == ReportState.Draft ? "draft" : null, patient: found.Value.Case.PatientId);
        return new SavedReport(
            report.Id, found.Value.Case.Id.Value, found.Value.Case.Number, report.State, report.AuthorName, report.SavedAt, report.SubmittedAt,
            ReportRequest.Of(report.Content, report.Version));
    }
}

internal static class ReadSavedReportApi
{
    public static void MapReadSavedReport(this RouteGroupBuilder api) =>
        api.MapGet("/cases/{id:guid}/report", async (Guid id, ReadSavedReportHandler read, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await read.HandleAsync(new CaseId(id), cancellationToken)))
            .RequireRoles(Roles.NightDoctor, Roles.ClinicDoctor)
            .WithName("ReadSavedReport").WithTags("Reports")
            .WithSummary("The report of a case as it was last saved, for whoever may write it")
            .WithDescription("What is under content can be sent back with PUT; its version tells whether somebody wrote meanwhile.")
            .Produces<SavedReport>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
}
