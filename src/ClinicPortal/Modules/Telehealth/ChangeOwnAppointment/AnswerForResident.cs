using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;

/// <summary>The resident's home does for the resident what patients do by their link.</summary>
public sealed class AnswerForResident(AppointmentAccess access, ChangeOwnAppointmentHandler change)
{
    public Task<Result<Appointment>> AgreeAsync(Guid id, CancellationToken cancellationToken) =>
        RunAsync(id, own => change.AgreeAsync(own, cancellationToken), cancellationToken);

    public Task<Result<Appointment>> ConfirmAsync(Guid id, CancellationToken cancellationToken) =>
        RunAsync(id, own => change.ConfirmAsync(own, cancellationToken), cancellationToken);

    public Task<Result<Appointment>> MoveAsync(Guid id, Guid? practitionerId, DateTimeOffset? startsAt, CancellationToken cancellationToken) =>
        RunAsync(id, own => change.MoveAsync(own, practitionerId, startsAt, null, cancellationToken), cancellationToken);

    private async Task<Result<Appointment>> RunAsync(Guid id, Func<Appointment, Task<Result<Appointment>>> step, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        return access.Asked(appointment) ? await step(appointment) : Error.Forbidden("forbidden");
    }
}
