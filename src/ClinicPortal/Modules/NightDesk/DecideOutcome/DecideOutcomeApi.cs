using System.ComponentModel.DataAnnotations;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.DecideOutcome;

/// <param name="Outcome">home-visit, phone-advice, ambulance, next-day or declined.</param>
/// <param name="Reason">For declined a code of the association's list (see <c>GET /associations/{association}/decline-reasons</c>); otherwise free text, at most 1,000 characters.</param>
/// <param name="RequestedBy">Who asked for it: patient, family or carer. The caller when left out.</param>
/// <param name="DoctorId">Account of the doctor on duty who decided (see <c>GET /units</c>). Left out when the caller is the deciding doctor.</param>
/// <param name="DoctorName">Name of a deciding doctor who is not on duty, such as the primary physician; instead of doctorId.</param>
public sealed record OutcomeRequest([property: Required] OutcomeKind? Outcome, string? Reason, string? RequestedBy, Guid? DoctorId, string? DoctorName);

internal static class DecideOutcomeApi
{
    public static void MapDecideOutcome(this RouteGroupBuilder api) =>
        api.MapPost("/cases/{id:guid}/outcome", (Guid id, OutcomeRequest request, DecideOutcomeHandler decide, ApiCommand command, CancellationToken cancellationToken) =>
            command.RunAsync(
                () => decide.HandleAsync(
                    new DecideOutcomeInput(id, request.Outcome, request.Reason, request.RequestedBy, request.DoctorId, request.DoctorName), cancellationToken),
                null, cancellationToken))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff)
            .IsCommand()
            .WithName("DecideOutcome").WithTags("Cases")
            .WithSummary("Takes down the doctor's decision")
            .WithDescription("A visit needs a request by patient, family or carer and a doctor who finds it necessary: both are stored with the time.")
            .WithExample(new OutcomeRequest(OutcomeKind.HomeVisit, null, "長女", null, "山田 太郎"))
            .Produces<CaseReceipt>();
}
