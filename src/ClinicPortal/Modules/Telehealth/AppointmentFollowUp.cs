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

    /// <summary>Clinic or doctor give it another time.</summary>
    /// <param name="before">The time that it had.</param>
    public async Task MovedAsync(Appointment appointment, Slot before, CancellationToken cancellationToken)
    {
        await KeepMoveAsync(appointment, before, null, cancellationToken);
        if (appointment.Status == AppointmentStatus.Booked)
        {
            await RebookedAsync(appointment, MessageKind.Moved, cancellationToken);
        }
        else
        {
            // What was asked for cannot be had: who asked says yes or no to the other time before it is certain.
            await messages.SendOtherTimeAsync(appointment, Occasion(appointment), cancellationToken);
            mails.TellFacility(appointment, OrganisationNews.OtherTime);
        }
    }

    /// <summary>Patient, family or facility choose another time: what was certain stays so, what was asked for is asked anew.</summary>
    /// <param name="formerClinic">That would have performed it.</param>
    /// <param name="word">What they say about it.</param>
    public async Task MovedByPatientAsync(Appointment appointment, Slot before, Guid? formerClinic, string? word, CancellationToken cancellationToken)
    {
        await KeepMoveAsync(appointment, before, word, cancellationToken);
        if (appointment.Status == AppointmentStatus.Booked)
        {
            await RebookedAsync(appointment, MessageKind.Moved, cancellationToken);
            mails.TellClinics(appointment, OrganisationNews.MovedByPatient, formerClinic);
        }
        else
        {
            await messages.TellAsync(appointment, MessageKind.Asked, Occasion(appointment), cancellationToken);
            mails.TellClinics(appointment, OrganisationNews.Asked, formerClinic);
        }
    }

    /// <summary>The same time with a doctor of another clinic, because the first one is no member any more.</summary>
    public async Task HandedOverAsync(Appointment appointment, Slot before, Guid? formerClinic, CancellationToken cancellationToken)
    {
        await KeepMoveAsync(appointment, before, null, cancellationToken);
        mails.TellClinics(appointment, OrganisationNews.HandedOver, formerClinic);
        if (appointment.Status == AppointmentStatus.Booked)
        {
            await RebookedAsync(appointment, MessageKind.HandedOver, cancellationToken);
        }
        else
        {
            await messages.TellAsync(appointment, MessageKind.HandedOver, Occasion(appointment), cancellationToken);
        }
    }

    /// <summary>Called off because the clinic is no member any more; who cannot be written to is called by the clinic.</summary>
    public async Task ClinicOutsideAsync(Appointment appointment, string reason, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.Cancelled, reason);
        await db.SaveChangesAsync(cancellationToken);
        await messages.DropUnsentAsync(appointment, cancellationToken);
        await messages.TellAsync(appointment, MessageKind.ClinicOutside, Occasion(appointment), cancellationToken);
        mails.TellClinics(appointment, PatientMessages.Ways(appointment).Count > 0 ? OrganisationNews.ClinicOutside : OrganisationNews.ClinicOutsideCall);
        mails.TellFacility(appointment, OrganisationNews.Cancelled);
        session.Enqueue(DeletePhotos.Of(appointment, clock.GetUtcNow()));
    }

    /// <summary>Patient, family or facility take the time that the clinic proposed.</summary>
    public async Task AgreedAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        await BookedAsync(appointment, cancellationToken);
        mails.TellClinics(appointment, OrganisationNews.Agreed);
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

    /// <summary>Patient, family or facility do not come and have said so: the clinics hear of it, and whoever of the others did not say it.</summary>
    public async Task CancelledByPatientAsync(Appointment appointment, OrganisationNews says, string? reason, CancellationToken cancellationToken)
    {
        var byFacility = user.Is(Roles.FacilityStaff);
        await CancelledAsync(appointment, reason, tell: byFacility, cancellationToken);
        mails.TellClinics(appointment, says);
        if (!byFacility)
        {
            mails.TellFacility(appointment, OrganisationNews.Cancelled);
        }
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

    private async Task KeepMoveAsync(Appointment appointment, Slot before, string? word, CancellationToken cancellationToken)
    {
        news.Add(appointment, AppointmentEventKind.Rescheduled, word);
        Watch(appointment);
        if (await db.Participants.SingleOrDefaultAsync(
                p => p.TenantId == appointment.TenantId && p.AppointmentId == appointment.Id && p.Role == ParticipantRole.Doctor, cancellationToken) is { } doctor
            && doctor.AccountId != appointment.DoctorId)
        {
            doctor.Replace(appointment.DoctorName, appointment.DoctorId);
        }
        await db.SaveChangesAsync(cancellationToken);
        await messages.DropUnsentAsync(appointment, cancellationToken);
        Freed(appointment.TenantId, before.PractitionerId, before.StartsAt, before.BusyUntil);
    }

    /// <summary>Who comes has another link, another entry for the calendar, and is reminded of the other time.</summary>
    private async Task RebookedAsync(Appointment appointment, MessageKind kind, CancellationToken cancellationToken)
    {
        Remind(appointment);
        await messages.TellAsync(appointment, kind, Occasion(appointment), cancellationToken);
        await messages.SendJoinLinkAsync(appointment, Occasion(appointment), cancellationToken);
        if (!user.Is(Roles.FacilityStaff))
        {
            mails.TellFacility(appointment, OrganisationNews.Moved);
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
