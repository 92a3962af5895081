using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Telehealth.ListServices;

/// <summary>What can be booked at an association (FHIR HealthcareService).</summary>
/// <param name="Code">As slots and appointments name it.</param>
/// <param name="Label">In the caller's language.</param>
/// <param name="Minutes">How long it takes.</param>
/// <param name="FirstVisit">初診: other rules for plan and prescription.</param>
/// <param name="ByLink">Patients, families and facilities may ask for it; others only clinics book.</param>
public sealed record HealthcareService(string Code, string Label, int Minutes, bool FirstVisit, bool ByLink);

/// <summary>オンライン診療の種類, by an association's settings.</summary>
public sealed class ListServicesHandler(ITenantResolver tenants, TenantScope scope)
{
    public Result<IReadOnlyList<HealthcareService>> Handle(string association) =>
        tenants.ByIdentifier(association) is { } tenant && scope.Allows(tenant.Id)
            ? (tenant.Settings.OnlineConsultation?.Services ?? []).Select(s => new HealthcareService(s.Code, s.Label.ToString(), s.Minutes, s.FirstVisit, s.ByLink)).ToArray()
            : Error.NotFound("not-found");
}

internal static class ListServicesApi
{
    public static void MapListServices(this RouteGroupBuilder api) =>
        api.MapGet("/associations/{association}/healthcare-services", (string association, ListServicesHandler list, Problems problems) => problems.Answer(list.Handle(association)))
            .RequireRoles([.. AppointmentAccess.Readers])
            .WithName("ListHealthcareServices").WithTags("Appointments")
            .WithSummary("The services that can be booked as online consultations; none where the association offers none")
            .Produces<IReadOnlyList<HealthcareService>>()
            .ProducesProblem(StatusCodes.Status404NotFound);
}
