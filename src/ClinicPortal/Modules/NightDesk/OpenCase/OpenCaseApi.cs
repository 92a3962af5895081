using System.ComponentModel.DataAnnotations;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <param name="Association">Identifier of the association, such as <c>setagaya</c>; required unless <c>patientId</c> is given.</param>
/// <param name="Caller">Who called.</param>
/// <param name="PatientId">A registered patient.</param>
/// <param name="Patient">What is known of a patient who is not registered.</param>
/// <param name="Complaint">In the caller's words, at most 4,000 characters.</param>
/// <param name="Channel">How the request came; <c>phone</c> when left out.</param>
public sealed record OpenCaseRequest(
    string? Association, CallerRequest? Caller, Guid? PatientId, UnregisteredPatient? Patient,
    [property: MaxLength(CallText.MaxComplaint)] string? Complaint, Channel? Channel);

/// <param name="Kind"><c>other</c> when left out.</param>
/// <param name="Name">At most 100 characters.</param>
/// <param name="Phone">As dialled, 3 to 15 digits; hyphens do not matter.</param>
public sealed record CallerRequest(
    CallerKind? Kind, [property: MaxLength(CallText.MaxName)] string? Name, [property: MaxLength(CallText.MaxName)] string? Phone);

internal static class OpenCaseApi
{
    public static void MapOpenCase(this RouteGroupBuilder api) =>
        api.MapPost("/cases", (OpenCaseRequest request, OpenCaseHandler openCase, ApiCommand command, CancellationToken cancellationToken) =>
            command.RunAsync(
                () => openCase.HandleAsync(
                    new OpenCaseInput(
                        request.Association, request.Channel ?? Domain.Channel.Phone,
                        new Caller(request.Caller?.Kind ?? CallerKind.Other, request.Caller?.Name, request.Caller?.Phone),
                        request.PatientId, request.Patient, request.Complaint, null),
                    cancellationToken),
                receipt => $"{ApiRoutes.Prefix}/cases/{receipt.Id}", cancellationToken))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff)
            .IsCommand()
            .WithName("OpenCase").WithTags("Cases")
            .WithSummary("Takes down a call as a case")
            .WithDescription("Answers after the case is on disk. A patient who is not registered is helped all the same: give what is known under patient.")
            .WithExample(new OpenCaseRequest(
                "setagaya", new CallerRequest(CallerKind.Family, "佐藤 一郎", "03-5555-0101"), null,
                new UnregisteredPatient("佐藤 花子", "サトウ ハナコ", new DateOnly(1940, 1, 2), null, "世田谷区経堂一丁目1-1"), "昨夜から38度の熱がある", Domain.Channel.Phone))
            .Produces<CaseReceipt>(StatusCodes.Status201Created);
}
