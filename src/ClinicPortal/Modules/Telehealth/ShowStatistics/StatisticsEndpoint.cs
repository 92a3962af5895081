using ClinicPortal.Shared.Access;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.ShowStatistics;

internal static class StatisticsEndpoint
{
    public static void MapShowStatistics(this IEndpointRouteBuilder app) => app.MapGet("/consultations/statistics",
        async (ShowStatistics show, PageRenderer pages, CancellationToken cancellationToken) =>
            pages.Page<StatisticsPage>(new { Model = await show.HandleAsync(cancellationToken) })).RequireRoles(Roles.Secretariat);
}
