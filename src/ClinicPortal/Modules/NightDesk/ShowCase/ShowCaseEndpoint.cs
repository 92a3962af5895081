using ClinicPortal.Shared.Access;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.NightDesk.ShowCase;

internal static class ShowCaseEndpoint
{
    /// <summary>Night doctors and drivers have the night phone.</summary>
    private static readonly string[] Readers = [Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff];

    public static void MapShowCase(this IEndpointRouteBuilder app)
    {
        app.MapGet("/cases/{id:guid}", (Guid id, CasePages pages, CancellationToken cancellationToken) => pages.ShowAsync(id, cancellationToken))
            .RequireRoles(Readers);
        app.MapGet("/cases/{id:guid}/live", RefreshAsync).RequireRoles(Readers);
        app.MapGet("/cases/{id:guid}/chart", async (Guid id, ShowCase show, PageRenderer pages, CancellationToken cancellationToken) =>
                await show.RefreshChartAsync(id, cancellationToken) is { } chart ? pages.Fragment<CaseChartFrame>(new { Model = chart }) : Results.NotFound())
            .RequireRoles(Readers);
    }

    private static async Task<IResult> RefreshAsync(
        Guid id, int? seen, HttpContext context, ShowCase show, PageRenderer pages, CancellationToken cancellationToken)
    {
        if (await show.RefreshAsync(id, seen, cancellationToken) is not { } progress)
        {
            return Results.NotFound();
        }
        return context.Request.Headers["Turbo-Frame"] == CaseStateFrame.Frame
            ? pages.Fragment<CaseStateFrame>(new { Model = progress })
            : pages.Fragment<CaseProgressFrame>(new { Model = progress });
    }
}
