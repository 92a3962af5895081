using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.ReadCase;

internal static class ReadCaseApi
{
    public static void MapReadCase(this RouteGroupBuilder api)
    {
        api.MapGet("/cases/{id:guid}", async (Guid id, ReadCaseHandler read, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await read.CaseAsync(id, cancellationToken)))
            .RequireRoles([.. CaseAccess.Readers])
            .WithName("ReadCase").WithTags("Cases")
            .WithSummary("A case with its dispatches")
            .Produces<CaseView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/cases/{id:guid}/events", async (Guid id, ReadCaseHandler read, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await read.EventsAsync(id, cancellationToken)))
            .RequireRoles([.. CaseAccess.Readers])
            .WithName("ReadCaseEvents").WithTags("Cases")
            .WithSummary("The timeline of a case: who did what when, the oldest first")
            .Produces<IReadOnlyList<CaseEventView>>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
