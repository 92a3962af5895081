using System.ComponentModel;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Visits.ListReports;

/// <param name="Next">Send as <c>since</c> for what comes after; the same as was sent when nothing new came.</param>
public sealed record ReportList(IReadOnlyList<ReportListItem> Items, string? Next);

/// <param name="CaseId">None where the visit came of an appointment and no case of the night.</param>
/// <param name="CaseNumber">Of the case; of the appointment where there was none.</param>
/// <param name="PatientName">Not for the desk, whose case is closed.</param>
/// <param name="ReadAt">When the primary clinic first opened it.</param>
/// <param name="AcknowledgedAt">When the primary clinic first confirmed it.</param>
public sealed record ReportListItem(
    Guid Id, string Association, VisitKind Kind, Guid? CaseId, string CaseNumber, DateOnly Night, string? PatientName, Guid? PrimaryClinicId, string? PrimaryClinicName,
    string Doctor, DateTimeOffset ArrivedAt, DateTimeOffset SubmittedAt, DateTimeOffset? ReadAt, DateTimeOffset? AcknowledgedAt);

/// <summary>The reports that came since, oldest first, without their content.</summary>
public sealed class ListReportsHandler(VisitsContext db, ReportAccess access, AuditTrail audit, CurrentUser user, ITenantResolver tenants)
{
    public const int Limit = 100;

    public async Task<Result<ReportList>> HandleAsync(string? since, CancellationToken cancellationToken)
    {
        var after = ListCursor.Beginning;
        if (!string.IsNullOrEmpty(since) && !ListCursor.TryParse(since, out after, out var lacksOffset))
        {
            return Error.OnField("since", lacksOffset ? Instant.WithoutOffset : "report.not-a-time");
        }
        var rows = await (
            from visit in await access.VisibleAsync(cancellationToken)
            join report in db.Reports.AsNoTracking() on new { visit.TenantId, Id = visit.ReportId } equals new { report.TenantId, report.Id }
            where report.SubmittedAt > after.At || (report.SubmittedAt == after.At && report.Id > after.Id)
            orderby report.SubmittedAt, report.Id
            select new
            {
                Visit = visit,
                SubmittedAt = report.SubmittedAt!.Value,
                Read = db.Receipts.Where(r => r.TenantId == report.TenantId && r.ReportId == report.Id && r.ClinicId == visit.PrimaryClinicId)
                    .Min(r => (DateTimeOffset?)r.ReadAt),
                Acknowledged = db.Receipts.Where(r => r.TenantId == report.TenantId && r.ReportId == report.Id && r.ClinicId == visit.PrimaryClinicId)
                    .Min(r => r.AcknowledgedAt),
            }).Take(Limit).ToListAsync(cancellationToken);
        audit.Listed("report", rows.Select(row => (row.Visit.TenantId, row.Visit.ReportId, row.Visit.PatientId)));
        var items = rows.ConvertAll(row => new ReportListItem(
            row.Visit.ReportId, tenants.ById(row.Visit.TenantId)!.Identifier, row.Visit.Kind, row.Visit.CaseId, row.Visit.CaseNumber, row.Visit.Night,
            user.Is(Roles.DeskOperator) ? null : row.Visit.PatientName, row.Visit.PrimaryClinicId, row.Visit.PrimaryClinicName,
            row.Visit.DoctorName, row.Visit.ArrivedAt, row.SubmittedAt, row.Read, row.Acknowledged));
        return new ReportList(items, items is [.., var last] ? new ListCursor(last.SubmittedAt, last.Id).ToString() : since);
    }
}

internal static class ListReportsApi
{
    public static void MapListReports(this RouteGroupBuilder api) =>
        api.MapGet("/reports", async (
                [Description("A time with its offset (2026-11-22T18:00:00+09:00), or the last answer's next; everything when left out.")] string? since,
                ListReportsHandler list, Problems problems, CancellationToken cancellationToken) =>
            {
                var result = await list.HandleAsync(since, cancellationToken);
                return result.Succeeded ? Results.Ok(result.Value) : problems.ToResult(result.Errors);
            })
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff, Roles.DeskOperator, Roles.NightDoctor)
            .WithName("ListReports").WithTags("Reports")
            .WithSummary("Reports handed in since a time (ISO 8601 with offset) or since the last answer's next; at most 100, oldest first")
            .Produces<ReportList>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
