using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.JoinConsultation;

/// <param name="Ahead">How many others of this doctor are before.</param>
/// <param name="ExpectedAt">About when it will be this one's turn.</param>
/// <param name="Phone">Whom to call when something does not work.</param>
/// <param name="Present">Who besides the doctor has come for this patient, or is there already: patients know before the call begins. Empty for guests.</param>
public sealed record JoinedRoom(
    Appointment Appointment, Participant Self, TenantInfo Tenant, string License, int Ahead, DateTimeOffset ExpectedAt, DateTimeOffset OpensAt, string Phone, DateTimeOffset Now,
    IReadOnlyList<Participant> Present)
{
    public bool IsGuest => Self.Role != ParticipantRole.Patient;

    /// <summary>What guests agree to; null where the association has none (any more).</summary>
    public VersionedText? Rules => Tenant.Settings.OnlineConsultation?.GuestRules;

    /// <summary>A guest who has not yet said who they are and agreed to be silent.</summary>
    public bool MustAgree => IsGuest && Self.ConsentedAt is null && !IsOver;

    public bool IsOver => !Appointment.IsOpen;

    /// <summary>There is no room yet, or none any more: whoever was to be seen reads how it stands, answers or asks anew.</summary>
    public bool LeadsToAppointment => !IsGuest && Appointment.Status is AppointmentStatus.Proposed or AppointmentStatus.Cancelled;

    public bool IsEarly => Now < OpensAt && Appointment.Status == AppointmentStatus.Booked;
}

/// <summary>One link, no account, no app: what the patient or a guest of a consultation sees by it.</summary>
public sealed class JoinConsultation(TelehealthContext db, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    public static VisitorPurpose Purpose { get; } = new("join-consultation", "/join");

    /// <summary>Who it is in the access log.</summary>
    public const string VisitorName = "visitor link";

    /// <returns>Null when there is nothing (any more) for this participant.</returns>
    public async Task<JoinedRoom?> HandleAsync(Guid participantId, CancellationToken cancellationToken)
    {
        if (await db.Participants.SingleOrDefaultAsync(p => p.Id == participantId, cancellationToken) is not { State: not ParticipantState.Removed, AccountId: null } self
            || await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == self.TenantId && a.Id == self.AppointmentId, cancellationToken) is not { } appointment
            || tenants.ById(self.TenantId) is not { } tenant)
        {
            return null;
        }
        var license = await db.Practitioners.Where(p => p.TenantId == self.TenantId && p.Id == appointment.PractitionerId).Select(p => p.LicenseNumber).SingleAsync(cancellationToken);
        var (ahead, expected) = await PlaceAsync(appointment, cancellationToken);
        var present = self.Role != ParticipantRole.Patient ? [] : await db.Participants.AsNoTracking().Where(p => p.TenantId == self.TenantId && p.AppointmentId == appointment.Id
            && p.Role != ParticipantRole.Patient && p.Role != ParticipantRole.Doctor && (p.State == ParticipantState.Waiting || p.State == ParticipantState.Admitted))
            .OrderBy(p => p.Id).ToListAsync(cancellationToken);
        audit.Opened(self.TenantId, "appointment", appointment.Id, detail: Purpose.Name, patient: appointment.PatientId);
        return new JoinedRoom(
            appointment, self, tenant, license, ahead, expected, EnterRoom.OpensAt(appointment, tenants), tenant.Settings.PhoneNumbers.NightNumber, clock.GetUtcNow(), present);
    }

    /// <summary>
    /// Those of the same doctor who are being seen or wait and have an earlier time come first. One who is being seen is counted with what is left of
    /// the time, at least a third of it: consultations end when they end.
    /// </summary>
    private async Task<(int Ahead, DateTimeOffset ExpectedAt)> PlaceAsync(Appointment own, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var before = await db.Appointments.AsNoTracking().Where(a => a.TenantId == own.TenantId && a.DoctorId == own.DoctorId && a.Id != own.Id
                && (a.Status == AppointmentStatus.InProgress || a.Status == AppointmentStatus.Arrived && a.StartsAt < own.StartsAt))
            .OrderBy(a => a.StartsAt).Select(a => new { a.StartsAt, a.EndsAt, a.Status, a.AdmittedAt }).ToListAsync(cancellationToken);
        var expected = now;
        foreach (var other in before)
        {
            var length = other.EndsAt - other.StartsAt;
            var left = other.Status == AppointmentStatus.InProgress ? length - (now - (other.AdmittedAt ?? now)) : length;
            expected += left > length / 3 ? left : length / 3;
        }
        return (before.Count, expected > own.StartsAt ? expected : own.StartsAt);
    }
}
