using System.ComponentModel.DataAnnotations;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.NightDesk.TriageCase;

/// <param name="Level">red (119 now), orange (within 1 h), yellow (tonight), green (next clinic day), white (advice).</param>
/// <param name="Reason">Why; required when the level goes down. At most 1,000 characters.</param>
/// <param name="ExpectedDeath">An expected death at home.</param>
public sealed record TriageRequest([property: Required] TriageLevel? Level, string? Reason, bool ExpectedDeath = false);

internal static class TriageCaseApi
{
    public static void MapTriageCase(this RouteGroupBuilder api) =>
        api.MapPost("/cases/{id:guid}/triage", (Guid id, TriageRequest request, TriageCaseHandler triage, ApiCommand command, CancellationToken cancellationToken) =>
            command.RunAsync(
                () => triage.HandleAsync(new TriageCaseInput(id, request.Level, request.Reason, request.ExpectedDeath), cancellationToken),
                null, cancellationToken))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff)
            .IsCommand()
            .WithName("TriageCase").WithTags("Cases")
            .WithSummary("Sets the level of a case with its reason")
            .WithExample(new TriageRequest(TriageLevel.Orange, "呼吸が速く、会話が途切れる"))
            .Produces<CaseReceipt>();
}
