using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.AnswerDispatch;

/// <param name="Reason">Required to decline; at most 500 characters.</param>
public sealed record DispatchAnswerRequest(string? Reason);

internal static class AnswerDispatchApi
{
    private static readonly string[] Units = [Roles.NightDoctor, Roles.Driver];
    private static readonly string[] Desk = [Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff];

    public static void MapAnswerDispatch(this RouteGroupBuilder api)
    {
        Map(api, DispatchStep.Accept, "The unit accepts", [.. Units, .. Desk]);
        Map(api, DispatchStep.Decline, "The unit declines, with a reason", [.. Units, .. Desk]);
        Map(api, DispatchStep.Depart, "The unit is on its way", [.. Units, .. Desk]);
        Map(api, DispatchStep.Arrive, "The unit is at the door", [.. Units, .. Desk]);
        Map(api, DispatchStep.Complete, "The visit is over; the report is due", Units);
        Map(api, DispatchStep.Withdraw, "The desk takes the request back", Desk);
    }

    private static void Map(RouteGroupBuilder api, DispatchStep step, string summary, string[] roles)
    {
        var verb = step.ToString().ToLowerInvariant();
        api.MapPost($"/dispatches/{{id:guid}}/{verb}",
            (Guid id, DispatchAnswerRequest? request, AnswerDispatchHandler answer, ApiCommand command, CancellationToken cancellationToken) =>
                command.RunAsync(() => answer.HandleAsync(new AnswerDispatchInput(id, step, request?.Reason), cancellationToken), null, cancellationToken))
            .RequireRoles(roles)
            .IsCommand()
            .WithName($"{step}Dispatch").WithTags("Dispatches")
            .WithSummary(summary)
            .Produces<DispatchReceipt>();
    }
}
