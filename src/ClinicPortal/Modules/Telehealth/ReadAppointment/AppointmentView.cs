using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Telehealth.ReadAppointment;

/// <summary>One line of a list of appointments: no reason and no contact, which are in the appointment itself.</summary>
/// <param name="Number">Said aloud, such as SG-V261122-004.</param>
/// <param name="Association">Identifier of the association.</param>
/// <param name="Status">FHIR's words; in-progress is its Encounter's, and its noshow is no-show here.</param>
/// <param name="AwaitsPatient">A proposed time that patient, family or facility have to answer, not the clinic.</param>
public sealed record AppointmentLine(
    Guid Id, string Number, string Association, AppointmentStatus Status, bool AwaitsPatient, string Service, DateTimeOffset Start, DateTimeOffset End,
    Guid PractitionerId, string Practitioner, Guid PatientId, string PatientName, string PatientKana, string PrimaryClinic)
{
    internal static AppointmentLine Of(Appointment a, ITenantResolver tenants) => new(
        a.Id, a.Number, tenants.ById(a.TenantId)!.Identifier, a.Status, a.AwaitsPatient, a.Service, a.StartsAt, a.EndsAt, a.PractitionerId, a.DoctorName,
        a.PatientId, a.PatientName, a.PatientKana, a.PrimaryClinicName);
}

/// <param name="Next">Send as <c>after</c> for the appointments that come after these; null at the end of the list.</param>
public sealed record AppointmentList(IReadOnlyList<AppointmentLine> Items, string? Next);

/// <summary>Who performs the consultation.</summary>
/// <param name="Id">As slots name the doctor.</param>
/// <param name="InstitutionCode">Ten digits.</param>
public sealed record PractitionerView(Guid Id, string Name, string Institution, string InstitutionCode);

/// <summary>The patient as the appointment has it.</summary>
public sealed record AppointmentPatient(Guid Id, string Name, string Kana, DateOnly BirthDate, Sex Sex, Guid PrimaryClinicId, string PrimaryClinic, Guid? SecondaryClinicId, Guid? FacilityId);

/// <summary>An online consultation's appointment (FHIR Appointment), and what has become of it.</summary>
/// <param name="Number">Said aloud, such as SG-V261122-004.</param>
/// <param name="Association">Identifier of the association.</param>
/// <param name="Status">FHIR's words; in-progress is its Encounter's, and its noshow is no-show here.</param>
/// <param name="AwaitsPatient">A proposed time that patient, family or facility have to answer, not the clinic.</param>
/// <param name="FirstVisit">初診.</param>
/// <param name="Mode">Phone where video failed and the call went on by phone.</param>
/// <param name="Reason">Why the patient is to be seen.</param>
/// <param name="ContactPhone">Where messages go, digits.</param>
/// <param name="ContactEmail">Where mails go.</param>
/// <param name="CancellationReason">Why it did not take place.</param>
/// <param name="CaseId">The night's case it came from.</param>
/// <param name="Created">When it was booked or asked for.</param>
/// <param name="PatientConfirmedAt">When the patient or family said that they will come.</param>
/// <param name="OnOffer">Held for somebody of the waiting list, who has not answered.</param>
public sealed record AppointmentView(
    Guid Id, string Number, string Association, AppointmentStatus Status, bool AwaitsPatient, string Service, bool FirstVisit, ConsultationMode Mode,
    DateTimeOffset Start, DateTimeOffset End, PractitionerView Practitioner, AppointmentPatient Patient,
    string? Reason, string? ContactPhone, string? ContactEmail, string? CancellationReason, Guid? CaseId, string? CaseNumber,
    DateTimeOffset Created, string CreatedBy, DateTimeOffset? PatientConfirmedAt, DateTimeOffset? ArrivedAt, DateTimeOffset? AdmittedAt, DateTimeOffset? EndedAt, bool OnOffer)
{
    internal static AppointmentView Of(Appointment a, bool onOffer, ITenantResolver tenants) => new(
        a.Id, a.Number, tenants.ById(a.TenantId)!.Identifier, a.Status, a.AwaitsPatient, a.Service, a.FirstVisit, a.Mode, a.StartsAt, a.EndsAt,
        new PractitionerView(a.PractitionerId, a.DoctorName, a.PerformingName, a.PerformingCode),
        new AppointmentPatient(
            a.PatientId, a.PatientName, a.PatientKana, a.PatientBirthDate, Enum.Parse<Sex>(a.PatientSex), a.PrimaryClinicId, a.PrimaryClinicName, a.SecondaryClinicId, a.FacilityId),
        a.Told.Reason, a.Told.ContactPhone, a.Told.ContactEmail, a.Told.CancelReason, a.CaseId, a.CaseNumber,
        a.BookedAt, a.BookedByName, a.PatientConfirmedAt, a.ArrivedAt, a.AdmittedAt, a.EndedAt, onOffer);
}
