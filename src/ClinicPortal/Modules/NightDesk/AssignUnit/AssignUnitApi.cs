using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.AssignUnit;

/// <param name="UnitId">A unit on duty (see <c>GET /units</c>); the one that the portal suggests when left out.</param>
public sealed record DispatchRequest(Guid? UnitId);

internal static class AssignUnitApi
{
    public static void MapAssignUnit(this RouteGroupBuilder api) =>
        api.MapPost("/cases/{id:guid}/dispatches", (Guid id, DispatchRequest? request, AssignUnitHandler assign, ApiCommand command, CancellationToken cancellationToken) =>
            command.RunAsync(
                () => assign.HandleAsync(new AssignUnitInput(id, request?.UnitId), cancellationToken),
                receipt => $"{ApiRoutes.Prefix}/dispatches/{receipt.Id}", cancellationToken))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff)
            .IsCommand()
            .WithName("AssignUnit").WithTags("Dispatches")
            .WithSummary("Asks a unit on duty to go to a case")
            .Produces<DispatchReceipt>(StatusCodes.Status201Created);
}
