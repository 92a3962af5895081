using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <summary>The night phone's form: 一時保存 and 報告を送信.</summary>
internal static class ReportFormEndpoints
{
    public static void MapReportForm(this IEndpointRouteBuilder app)
    {
        app.MapGet("/phone/cases/{id:guid}/report", ShowAsync).RequireRoles(Roles.NightDoctor, Roles.ClinicDoctor);
        app.MapPost("/phone/cases/{id:guid}/report", SendAsync).RequireRoles(Roles.NightDoctor, Roles.ClinicDoctor);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, ReportsToWrite reports, CurrentUser user, AuditTrail audit, ITenantResolver tenants, PageRenderer pages,
        CancellationToken cancellationToken)
    {
        var found = await reports.FindAsync(new CaseId(id), cancellationToken);
        if (!found.Succeeded)
        {
            return Results.NotFound();
        }
        audit.Opened(found.Value.Case.TenantId, "case", id, detail: "report-form", patient: found.Value.Case.PatientId);
        return pages.Page<ReportFormPage>(new { Model = found.Value, Zone = ZoneOf(found.Value, tenants), Back = Back(user, id) });
    }

    private static Task<IResult> SendAsync(
        Guid id, ReportsToWrite reports, SaveReportHandler save, SubmitReportHandler submit, CurrentUser user, ITenantResolver tenants,
        FormPost post, PageRenderer pages, CancellationToken cancellationToken)
    {
        var submits = false;
        return post.RunAsync(
            async form =>
            {
                var found = await reports.FindAsync(new CaseId(id), cancellationToken);
                if (!found.Succeeded)
                {
                    return Result<ReportReceiptDetails>.Refused(found.Errors);
                }
                var content = ReportFields.Read(form, ZoneOf(found.Value, tenants));
                if (!content.Succeeded)
                {
                    return Result<ReportReceiptDetails>.Refused(content.Errors);
                }
                submits = form.Text("do") == "submit";
                uint? version = uint.TryParse(form.Text("version"), out var shown) ? shown : null;
                return submits
                    ? await submit.HandleAsync(new SubmitReportInput(new CaseId(id), content.Value, version), cancellationToken)
                    : await save.HandleAsync(new SaveReportInput(new CaseId(id), content.Value, version), cancellationToken);
            },
            _ => submits ? Back(user, id) : $"/phone/cases/{id}/report",
            async state =>
            {
                var found = await reports.FindAsync(new CaseId(id), cancellationToken);
                return found.Succeeded
                    ? pages.Page<ReportFormPage>(new { Model = found.Value, Zone = ZoneOf(found.Value, tenants), Back = Back(user, id), Form = state })
                    : Results.NotFound();
            },
            cancellationToken);
    }

    /// <summary>Night doctors go on with their next job, a clinic's doctor with the case.</summary>
    private static string Back(CurrentUser user, Guid caseId) => user.Is(Roles.NightDoctor) ? "/phone" : $"/cases/{caseId}";

    private static TimeZoneInfo ZoneOf(ReportToWrite report, ITenantResolver tenants) => tenants.ById(report.Case.TenantId)!.Zone;
}
