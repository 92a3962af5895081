using ClinicPortal.Shared.Access;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.NightDesk.ShowBoard;

internal static class ShowBoardEndpoint
{
    public static void MapShowBoard(this IEndpointRouteBuilder app)
    {
        app.MapGet("/board", async (ShowBoard show, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Page<BoardPage>(new { Model = await show.HandleAsync(refresh: false, cancellationToken) }))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff);
        app.MapGet("/board/live", async (ShowBoard show, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Fragment<BoardFrame>(new { Model = await show.HandleAsync(refresh: true, cancellationToken) }))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff);
    }
}
