using System.ComponentModel.DataAnnotations;
using ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Telehealth.ChangeAppointment;

/// <param name="PractitionerId">Of a slot of the same service (see <c>GET /slots</c>); the same doctor when left out.</param>
/// <param name="Start">Of the slot.</param>
public sealed record RescheduleRequest(Guid? PractitionerId, [property: Required] DateTimeOffset? Start);

/// <param name="Reason">Why it does not take place; stored encrypted.</param>
public sealed record CancellationRequest([property: Required, MaxLength(ChangeAppointmentHandler.MaxReason)] string? Reason);

internal static class ChangeAppointmentApi
{
    private static readonly string[] Managers = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor, Roles.DeskOperator];

    public static void MapChangeAppointment(this RouteGroupBuilder api)
    {
        api.MapPost("/appointments/{id:guid}/accept",
                (Guid id, NoFields? body, ChangeAppointmentHandler change, ITenantResolver tenants, ApiCommand command, CancellationToken cancellationToken) =>
                    RunAsync(command, tenants, () => change.AcceptAsync(id, cancellationToken), cancellationToken))
            .RequireRoles(Managers).IsCommand()
            .WithName("AcceptAppointment").WithTags("Appointments")
            .WithSummary("Confirms what a patient, family or facility asked for, or what the waiting list holds")
            .Produces<AppointmentReceipt>();
        api.MapPost("/appointments/{id:guid}/agree",
                (Guid id, NoFields? body, AnswerForResident answer, ITenantResolver tenants, ApiCommand command, CancellationToken cancellationToken) =>
                    RunAsync(command, tenants, () => answer.AgreeAsync(id, cancellationToken), cancellationToken))
            .RequireRoles(Roles.FacilityStaff).IsCommand()
            .WithName("AgreeToAppointment").WithTags("Appointments")
            .WithSummary("Takes the other time that the clinic proposes for a resident (awaitsPatient); it is booked at once")
            .WithDescription("Another time is asked for by reschedule; cancel refuses it.")
            .Produces<AppointmentReceipt>();
        api.MapPost("/appointments/{id:guid}/confirm",
                (Guid id, NoFields? body, AnswerForResident answer, ITenantResolver tenants, ApiCommand command, CancellationToken cancellationToken) =>
                    RunAsync(command, tenants, () => answer.ConfirmAsync(id, cancellationToken), cancellationToken))
            .RequireRoles(Roles.FacilityStaff).IsCommand()
            .WithName("ConfirmAppointment").WithTags("Appointments")
            .WithSummary("Says that the resident will be there at the booked time")
            .Produces<AppointmentReceipt>();
        api.MapPost("/appointments/{id:guid}/reschedule",
                (Guid id, RescheduleRequest request, ChangeAppointmentHandler change, AnswerForResident answer, CurrentUser user, ITenantResolver tenants, ApiCommand command,
                        CancellationToken cancellationToken) =>
                    RunAsync(
                        command, tenants,
                        () => user.Is(Roles.FacilityStaff)
                            ? answer.MoveAsync(id, request.PractitionerId, request.Start, cancellationToken) : change.MoveAsync(id, request.PractitionerId, request.Start, cancellationToken),
                        cancellationToken))
            .RequireRoles([.. Managers, Roles.FacilityStaff]).IsCommand()
            .WithName("RescheduleAppointment").WithTags("Appointments")
            .WithSummary("Gives an appointment another free time, or another doctor; who comes is told")
            .WithDescription(
                "A booked one stays booked. Of one that was asked for, a clinic's time waits for the answer of whoever asked (awaitsPatient), a facility's for the clinic's. "
                + "A facility moves what it asked for itself, until it begins.")
            .Produces<AppointmentReceipt>();
        api.MapPost("/appointments/{id:guid}/cancel",
                (Guid id, CancellationRequest request, ChangeAppointmentHandler change, ITenantResolver tenants, ApiCommand command, CancellationToken cancellationToken) =>
                    RunAsync(command, tenants, () => change.CancelAsync(id, request.Reason, cancellationToken), cancellationToken))
            .RequireRoles([.. Managers, Roles.FacilityStaff]).IsCommand()
            .WithName("CancelAppointment").WithTags("Appointments")
            .WithSummary("Calls an appointment off, with a reason; its time goes to the waiting list")
            .WithDescription("A facility calls off what it asked for itself, until it begins.")
            .Produces<AppointmentReceipt>();
        api.MapPost("/appointments/{id:guid}/no-show",
                (Guid id, NoFields? body, ChangeAppointmentHandler change, ITenantResolver tenants, ApiCommand command, CancellationToken cancellationToken) =>
                    RunAsync(command, tenants, () => change.NoShowAsync(id, cancellationToken), cancellationToken))
            .RequireRoles(Managers).IsCommand()
            .WithName("MarkNoShow").WithTags("Appointments")
            .WithSummary("Notes that nobody came, after the appointment's start")
            .Produces<AppointmentReceipt>();
    }

    private static Task<IResult> RunAsync(ApiCommand command, ITenantResolver tenants, Func<Task<Result<Appointment>>> change, CancellationToken cancellationToken) =>
        command.RunAsync(() => AppointmentReceipt.OfAsync(change(), tenants), null, cancellationToken);
}
