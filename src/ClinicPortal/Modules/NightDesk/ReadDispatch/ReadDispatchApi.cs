using System.ComponentModel;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.ReadDispatch;

internal static class ReadDispatchApi
{
    public static void MapReadDispatch(this RouteGroupBuilder api)
    {
        // Text, because ?mine alone already says it.
        api.MapGet("/dispatches", ([Description("Only those that the caller goes to.")] string? mine, ReadDispatchHandler read, CancellationToken cancellationToken) =>
                read.TonightAsync(mine is not (null or "false"), cancellationToken))
            .RequireRoles([.. CaseAccess.Readers])
            .WithName("ListDispatches").WithTags("Dispatches")
            .WithSummary("The dispatches of the last 24 hours that the caller may see, the newest first")
            .WithDescription("A doctor and a driver never see those of others; a doctor also has those whose report is still due.")
            .Produces<IReadOnlyList<DispatchView>>();
        api.MapGet("/dispatches/{id:guid}", async (Guid id, ReadDispatchHandler read, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await read.OneAsync(id, cancellationToken)))
            .RequireRoles([.. CaseAccess.Readers])
            .WithName("ReadDispatch").WithTags("Dispatches")
            .WithSummary("A dispatch with its times and institutions")
            .Produces<DispatchView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
