using System.ComponentModel;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.Telehealth.ListSlots;

internal static class ListSlotsApi
{
    public static void MapListSlots(this RouteGroupBuilder api) =>
        api.MapGet("/slots", async (
                [Description("Code of a service (see GET /associations/{association}/healthcare-services); required.")] string? service,
                [Description("Only the doctors who may see this patient: of the primary and secondary clinic, and of the association's own.")] Guid? patientId,
                [Description("Only this doctor, as an earlier answer named it.")] Guid? practitionerId,
                [Description("First day by the association's clock; today when left out.")] DateOnly? from,
                [Description("Last day; six days after the first when left out. At most 14 days an answer.")] DateOnly? until,
                ListSlotsHandler list, Problems problems, CancellationToken cancellationToken) =>
                problems.Answer(await list.HandleAsync(new ListSlotsInput(service, patientId, practitionerId, from, until), cancellationToken)))
            .RequireRoles([.. AppointmentAccess.Readers])
            .WithName("ListSlots").WithTags("Appointments")
            .WithSummary("The free times of the doctors whom the caller may book, the first one first")
            .WithDescription("A time is free when the doctor's hours, exceptions, buffers, lead time and limits allow it and nothing else is booked then, in whatever association.")
            .Produces<IReadOnlyList<SlotView>>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
