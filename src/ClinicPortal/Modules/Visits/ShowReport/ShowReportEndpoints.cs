using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Visits.ShowReport;

internal static class ShowReportEndpoints
{
    private static readonly string[] Readers = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff, Roles.NightDoctor];

    public static void MapShowReport(this RouteGroupBuilder api) =>
        api.MapGet("/reports/{id:guid}", async (Guid id, OpenReportHandler open, Problems problems, CancellationToken cancellationToken) =>
            {
                var opened = await open.HandleAsync(new OpenReportInput(id), cancellationToken);
                return opened.Succeeded ? Results.Ok(opened.Value.Report) : problems.ToResult(opened.Errors);
            })
            .RequireRoles(Readers)
            .WithName("OpenReport").WithTags("Reports")
            .WithSummary("One report in full; for clinics this is the read receipt")
            .Produces<ReportDetails>()
            .ProducesProblem(StatusCodes.Status404NotFound);

    public static void MapReportPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/reports/{id:guid}", (Guid id, OpenReportHandler open, PageRenderer pages, CancellationToken cancellationToken) =>
                ShowAsync<ReportPage>(new OpenReportInput(id), open, pages, cancellationToken))
            .RequireRoles(Readers);
        app.MapGet("/reports/{id:guid}/print", (Guid id, OpenReportHandler open, PageRenderer pages, CancellationToken cancellationToken) =>
                ShowAsync<ReportSheet>(new OpenReportInput(id, Paper: true), open, pages, cancellationToken))
            .RequireRoles(Readers);
    }

    private static async Task<IResult> ShowAsync<TPage>(OpenReportInput input, OpenReportHandler open, PageRenderer pages, CancellationToken cancellationToken)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var opened = await open.HandleAsync(input, cancellationToken);
        return opened.Succeeded ? pages.Page<TPage>(new { Model = opened.Value }) : Results.NotFound();
    }
}
