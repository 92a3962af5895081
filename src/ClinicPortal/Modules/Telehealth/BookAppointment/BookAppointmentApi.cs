using System.ComponentModel.DataAnnotations;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Telehealth.BookAppointment;

/// <param name="PatientId">One of the caller's patients.</param>
/// <param name="PractitionerId">Of a slot (see <c>GET /slots</c>).</param>
/// <param name="Service">Code of the slot's service.</param>
/// <param name="Start">Of the slot, or another time within the doctor's open hours on a whole five minutes after they begin.</param>
/// <param name="Reason">Why the patient is to be seen; stored encrypted.</param>
/// <param name="Phone">For messages: a mobile number gets them as SMS. The patient's own when left out.</param>
/// <param name="Email">For mails.</param>
/// <param name="Language">ja or en, of what the patient reads; ja when left out.</param>
public sealed record AppointmentRequest(
    [property: Required] Guid? PatientId, [property: Required] Guid? PractitionerId, [property: Required] string? Service, [property: Required] DateTimeOffset? Start,
    [property: MaxLength(AppointmentContact.MaxReason)] string? Reason, string? Phone, string? Email, [property: AllowedValues("ja", "en")] string? Language);

internal static class BookAppointmentApi
{
    public static void MapBookAppointmentApi(this RouteGroupBuilder api) =>
        api.MapPost("/appointments", (AppointmentRequest request, BookAppointmentHandler book, ITenantResolver tenants, ApiCommand command, CancellationToken cancellationToken) =>
            command.RunAsync(
                () => AppointmentReceipt.OfAsync(BookAsync(request, book, cancellationToken), tenants), receipt => $"{ApiRoutes.Prefix}/appointments/{receipt.Id}", cancellationToken))
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff)
            .IsCommand()
            .WithName("BookAppointment").WithTags("Appointments")
            .WithSummary("Books a free time for a patient")
            .WithDescription(
                "A clinic's booking is certain at once (booked): link and code go to the patient. A facility's is asked for (proposed) and holds the time until a clinic accepts or cancels it.")
            .Produces<AppointmentReceipt>(StatusCodes.Status201Created);

    private static async Task<Result<Appointment>> BookAsync(AppointmentRequest request, BookAppointmentHandler book, CancellationToken cancellationToken)
    {
        List<Error> missing =
        [
            .. new (string Field, object? Value)[] { ("patientId", request.PatientId), ("practitionerId", request.PractitionerId), ("service", request.Service), ("start", request.Start) }
                .Where(sent => sent.Value is null).Select(sent => Error.OnField(sent.Field, "required")),
        ];
        if (request.Language is not (null or "ja" or "en"))
        {
            missing.Add(Error.OnField("language", "unreadable-value"));
        }
        return missing.Count > 0 ? Result<Appointment>.Refused(missing) : await book.HandleAsync(
            new BookAppointmentInput(
                request.PatientId!.Value, request.PractitionerId, request.Service, request.Start, request.Reason, request.Phone, request.Email, request.Language ?? "ja"),
            cancellationToken);
    }
}
