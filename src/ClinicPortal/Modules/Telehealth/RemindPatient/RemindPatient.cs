using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.RemindPatient;

/// <param name="StartsAt">As it was when the reminder was planned: a moved appointment has its own.</param>
internal sealed record AppointmentTime(Guid Appointment, DateTimeOffset StartsAt, int Hours);

/// <summary>予約のお知らせ, some hours before. Not for what was cancelled or moved, and never twice.</summary>
internal sealed class RemindPatient(TelehealthContext db, PatientMessages messages, ITenantResolver tenants, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "telehealth.remind-patient";

    public static WorkItem Of(Appointment appointment, int hours, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(appointment.TenantId), new AppointmentTime(appointment.Id, appointment.StartsAt, hours),
        $"{Kind}:{appointment.Id}:{appointment.StartsAt.UtcTicks}:{hours}", now, appointment.StartsAt.AddHours(-hours));

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var time = item.Read<AppointmentTime>();
        var appointment = await db.Appointments.SingleOrDefaultAsync(a => a.Id == time.Appointment, cancellationToken);
        // After an outage a reminder may be late; of what has begun nobody is reminded, nor of what an association that has closed cannot hold.
        if (appointment is { Status: AppointmentStatus.Booked } && appointment.StartsAt == time.StartsAt && clock.GetUtcNow() < appointment.StartsAt
            && tenants.ById(appointment.TenantId)?.IsHeldAt(clock.GetUtcNow()) == false)
        {
            await messages.TellAsync(appointment, MessageKind.Reminder, $"{appointment.StartsAt.UtcTicks}:{time.Hours}", cancellationToken);
        }
    }
}

/// <summary>Some minutes after the start: who has not come counts as absent, and what nobody confirmed is over.</summary>
internal sealed class TimePassed(TelehealthContext db, AppointmentFollowUp followUp, TimeProvider clock) : IWorkHandler
{
    public static string Kind => "telehealth.time-passed";

    public static WorkItem Of(Appointment appointment, int minutes, DateTimeOffset now) => WorkItem.For(
        Kind, new TenantId(appointment.TenantId), new AppointmentTime(appointment.Id, appointment.StartsAt, 0),
        $"{Kind}:{appointment.Id}:{appointment.StartsAt.UtcTicks}", now, appointment.StartsAt.AddMinutes(minutes));

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var time = item.Read<AppointmentTime>();
        if (await db.Appointments.SingleOrDefaultAsync(a => a.Id == time.Appointment, cancellationToken) is not { } appointment || appointment.StartsAt != time.StartsAt)
        {
            return;
        }
        var now = clock.GetUtcNow();
        if (appointment.Status == AppointmentStatus.Booked && appointment.NoShow(now) is null)
        {
            await followUp.MissedAsync(appointment, cancellationToken);
        }
        else if (appointment.Status == AppointmentStatus.Proposed && appointment.Cancel(null, now) is null)
        {
            await followUp.CancelledAsync(appointment, null, tell: true, cancellationToken);
        }
    }
}
