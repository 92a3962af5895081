using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.NightDesk.ListDeclineReasons;

/// <param name="Code">As the outcome takes it for its reason.</param>
/// <param name="Label">In the caller's language.</param>
public sealed record DeclineReason(string Code, string Label);

/// <summary>お断りの理由: what an association's settings allow as the reason of a decline.</summary>
public sealed class ListDeclineReasonsHandler(ITenantResolver tenants, TenantScope scope)
{
    public Result<IReadOnlyList<DeclineReason>> Handle(string association) =>
        tenants.ByIdentifier(association) is { } tenant && scope.Allows(tenant.Id)
            ? tenant.Settings.DeclineReasons.Select(reason => new DeclineReason(reason.Code, reason.Label.ToString())).ToArray()
            : Error.NotFound("not-found");
}

internal static class ListDeclineReasonsApi
{
    public static void MapListDeclineReasons(this RouteGroupBuilder api) =>
        api.MapGet("/associations/{association}/decline-reasons", (string association, ListDeclineReasonsHandler list, Problems problems) =>
                problems.Answer(list.Handle(association)))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff)
            .WithName("ListDeclineReasons").WithTags("Cases")
            .WithSummary("The reasons for which an association declines a visit, by its settings")
            .Produces<IReadOnlyList<DeclineReason>>()
            .ProducesProblem(StatusCodes.Status404NotFound);
}
