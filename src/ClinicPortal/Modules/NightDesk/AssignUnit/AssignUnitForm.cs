using ClinicPortal.Modules.NightDesk.ShowCase;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.AssignUnit;

internal static class AssignUnitForm
{
    public static void MapAssignUnit(this IEndpointRouteBuilder app) =>
        app.MapPost("/cases/{id:guid}/dispatches", (Guid id, FormPost post, AssignUnitHandler assign, CasePages pages, CancellationToken cancellationToken) =>
            post.RunAsync(
                form => assign.HandleAsync(new AssignUnitInput(id, form.Value<Guid>("unitId")), cancellationToken),
                _ => $"/cases/{id}",
                state => pages.ShowAsync(id, CaseForms.Fresh with { Unit = state }, cancellationToken), cancellationToken))
            .RequireCarriers();
}
