using ClinicPortal.Modules.Telehealth.BookAppointment;
using ClinicPortal.Modules.Telehealth.ChangeOwnAppointment;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ShowAppointment;

public sealed record MoveModel(Appointment Appointment, TenantInfo Tenant, SlotWeek Week, FormState Form);

/// <summary>日時を変更: the free times for an appointment that is to be moved.</summary>
public sealed class ShowMove(AppointmentAccess access, ChangeOwnAppointmentHandler own, FreeTimes free, ShowBooking booking, AuditTrail audit, ITenantResolver tenants)
{
    public async Task<MoveModel?> HandleAsync(Guid id, DateOnly? from, FormState form, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment
            || !(access.Manages(appointment) || access.Asked(appointment) && own.MayMove(appointment))
            || tenants.ById(appointment.TenantId) is not { Settings.OnlineConsultation: { } settings } tenant || settings.ServiceNamed(appointment.Service) is not { } service)
        {
            return null;
        }
        var doctors = await free.DoctorsAsync(appointment.TenantId, appointment.PrimaryClinicId, appointment.SecondaryClinicId, cancellationToken);
        audit.Opened(appointment.TenantId, "appointment", id, detail: "move", patient: appointment.PatientId);
        return new MoveModel(appointment, tenant, await booking.WeekAsync(tenant, doctors, service, from, cancellationToken), form);
    }
}

/// <summary>A place on the waiting list, before it is given up.</summary>
public sealed class ShowWaiting(JoinWaitingListHandler waiting, AuditTrail audit)
{
    public async Task<WaitingEntry?> HandleAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await waiting.Visible().AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is not { } entry)
        {
            return null;
        }
        audit.Opened(entry.TenantId, "waiting-entry", id, patient: entry.PatientId);
        return entry;
    }
}
