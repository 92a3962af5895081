using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>After every step of an appointment: its history, the access log, and every live page that shows it.</summary>
public sealed class AppointmentNews(TelehealthContext db, PortalSession session, AuditTrail audit, CurrentUser user, TimeProvider clock)
{
    /// <summary>Topic of everything that shows this appointment: its page, its room, its waiting room.</summary>
    public static string Topic(Guid appointmentId) => $"appointment:{appointmentId:N}";

    /// <summary>Topic of a doctor's list of today.</summary>
    public static string DoctorTopic(Guid doctorId) => $"consultations:{doctorId:N}";

    /// <summary>Topic of a clinic's list.</summary>
    public static string ClinicTopic(Guid clinicId) => ConsultationTopics.Clinic(clinicId);

    /// <summary>Topic of a facility's list.</summary>
    public static string FacilityTopic(Guid facilityId) => $"appointments:{facilityId:N}";

    /// <summary>Topic of the desk's list of what came from an association's cases.</summary>
    public static string DeskTopic(Guid tenantId) => $"desk-appointments:{tenantId:N}";

    /// <summary>Adds the line and tells; the caller saves.</summary>
    /// <param name="by">Who did it, where it was not the caller: a patient or guest by a link.</param>
    public void Add(Appointment subject, AppointmentEventKind kind, string? details = null, CurrentUser? by = null)
    {
        db.Events.Add(AppointmentEvent.Of(subject, kind, by ?? user, clock.GetUtcNow(), details));
        audit.Changed(subject.TenantId, "appointment", subject.Id, kind.ToString(), patient: subject.PatientId);
        Changed(subject);
    }

    public void Changed(Appointment subject)
    {
        session.Changed(Topic(subject.Id));
        session.Changed(DoctorTopic(subject.DoctorId));
        session.Changed(ClinicTopic(subject.PrimaryClinicId));
        if (subject.PerformingClinicId is { } performing && performing != subject.PrimaryClinicId)
        {
            session.Changed(ClinicTopic(performing));
        }
        if (subject.SecondaryClinicId is { } secondary)
        {
            session.Changed(ClinicTopic(secondary));
        }
        if (subject.FacilityId is { } facility)
        {
            session.Changed(FacilityTopic(facility));
        }
        if (subject.CaseId is not null)
        {
            session.Changed(DeskTopic(subject.TenantId));
        }
    }
}
