using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.FillGap;
using ClinicPortal.Modules.Telehealth.RemindPatient;
using ClinicPortal.Modules.Telehealth.SendMessages;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>What follows from the steps of an appointment: links, reminders, and times that become free for others. Saved with the step.</summary>
public sealed class AppointmentFollowUp(
    TelehealthContext db, PortalSession session, AppointmentNews news, PatientMessages messages, OrganisationMails mails, CurrentUser user, ITenantResolver tenants,
    TimeProvider clock)
{
    private const int UsualNoShowMinutes = 30;

    /// <summary>Somebody without account asks for it; the clinic has not said yes.</summary>
    public async Task ProposedAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.Proposed);
        Watch(appointment);
        await db.SaveChangesAsync(cancellationToken);
        await messages.TellAsync(appointment, MessageKind.Asked, Occasion(appointment), cancellationToken);
        mails.TellClinics(appointment, OrganisationNews.Asked);
    }

    /// <summary>It is certain: the patient gets the link, is reminded, and counts as absent when nobody comes.</summary>
    public async Task BookedAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.Booked);
        Watch(appointment);
        Remind(appointment);
        await db.SaveChangesAsync(cancellationToken);
        await messages.SendJoinLinkAsync(appointment, Occasion(appointment), cancellationToken);
        mails.TellFacility(appointment, OrganisationNews.Booked);
    }

    /// <summary>It begins now: whoever books it gives the link.</summary>
    public async Task BookedAtOnceAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.Booked);
        Watch(appointment);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <param name="before">The time that it had.</param>
    public async Task MovedAsync(Appointment appointment, Slot before, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.Rescheduled);
        Watch(appointment);
        if (await db.Participants.SingleOrDefaultAsync(
                p => p.TenantId == appointment.TenantId && p.AppointmentId == appointment.Id && p.Role == ParticipantRole.Doctor, cancellationToken) is { } doctor
            && doctor.AccountId != appointment.DoctorId)
        {
            doctor.Replace(appointment.DoctorName, appointment.DoctorId);
        }
        await db.SaveChangesAsync(cancellationToken);
        if (appointment.Status == AppointmentStatus.Booked)
        {
            Remind(appointment);
            await messages.DropUnsentAsync(appointment, cancellationToken);
            await messages.TellAsync(appointment, MessageKind.Moved, Occasion(appointment), cancellationToken);
            await messages.SendJoinLinkAsync(appointment, Occasion(appointment), cancellationToken);
            mails.TellFacility(appointment, OrganisationNews.Moved);
        }
        else
        {
            // What was asked for cannot be had: who asked hears of the other time before it is certain.
            await messages.TellAsync(appointment, MessageKind.OtherTime, Occasion(appointment), cancellationToken);
            mails.TellFacility(appointment, OrganisationNews.OtherTime);
        }
        Freed(appointment.TenantId, before.PractitionerId, before.StartsAt, before.BusyUntil);
    }

    /// <param name="tell">The patient does not know it yet.</param>
    public async Task CancelledAsync(Appointment appointment, string? reason, bool tell, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.Cancelled, reason);
        await db.SaveChangesAsync(cancellationToken);
        await messages.DropUnsentAsync(appointment, cancellationToken);
        if (tell)
        {
            await messages.TellAsync(appointment, MessageKind.Cancelled, Occasion(appointment), cancellationToken);
            if (!user.Is(Roles.FacilityStaff))
            {
                mails.TellFacility(appointment, OrganisationNews.Cancelled);
            }
        }
        session.Enqueue(DeletePhotos.Of(appointment, clock.GetUtcNow()));
        Freed(appointment.TenantId, appointment.PractitionerId, appointment.StartsAt, appointment.BusyUntil);
    }

    /// <summary>Patient or family do not come and have said so: the clinics and the home hear of it.</summary>
    public async Task CancelledByPatientAsync(Appointment appointment, string? reason, CancellationToken cancellationToken)
    {
        await CancelledAsync(appointment, reason, tell: false, cancellationToken);
        mails.TellClinics(appointment, OrganisationNews.Cancelled);
        mails.TellFacility(appointment, OrganisationNews.Cancelled);
    }

    /// <summary>Nobody came.</summary>
    public async Task MissedAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.NoShow);
        await db.SaveChangesAsync(cancellationToken);
        session.Enqueue(DeletePhotos.Of(appointment, clock.GetUtcNow()));
    }

    /// <summary>A stretch of a doctor's time can be booked that could not before: the waiting list comes first.</summary>
    public void Freed(Guid tenant, Guid practitioner, DateTimeOffset from, DateTimeOffset until)
    {
        if (until > clock.GetUtcNow())
        {
            session.Enqueue(FillGap.FillGap.Of(new TenantId(tenant), new Gap(practitioner, from, until), clock.GetUtcNow()));
        }
    }

    /// <summary>The time of an appointment, as what is done about it names it: a moved one is reminded of anew.</summary>
    private static string Occasion(Appointment appointment) => $"{appointment.Sequence}";

    private void Watch(Appointment appointment) => session.Enqueue(TimePassed.Of(
        appointment, Booking(appointment)?.NoShowMinutes ?? UsualNoShowMinutes, clock.GetUtcNow()));

    /// <summary>Null where the association has taken its settings away since.</summary>
    private BookingSettings? Booking(Appointment appointment) => tenants.ById(appointment.TenantId)?.Settings.OnlineConsultation?.Booking;

    private void Remind(Appointment appointment)
    {
        var now = clock.GetUtcNow();
        foreach (var hours in (Booking(appointment)?.RemindHoursBefore ?? []).Distinct())
        {
            // Booked later than that, the link itself has just reminded of it.
            if (appointment.StartsAt.AddHours(-hours) > now)
            {
                session.Enqueue(RemindPatient.RemindPatient.Of(appointment, hours, now));
            }
        }
    }
}
