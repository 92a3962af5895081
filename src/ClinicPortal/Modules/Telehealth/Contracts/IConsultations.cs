using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;

namespace ClinicPortal.Modules.Telehealth.Contracts;

/// <summary>Identifies an online consultation (オンライン診療): its appointment.</summary>
public readonly record struct ConsultationId(Guid Value);

/// <summary>The doctor signed the note of a consultation that is over; from now on neither changes.</summary>
public sealed record ConsultationSigned(Guid Id, TenantId Tenant, ConsultationId Consultation) : IModuleEvent;

/// <summary>How doctor and patient spoke in the end.</summary>
public enum ContactKind
{
    /// <summary>オンライン診療.</summary>
    Video,

    /// <summary>電話等再診: video failed; it is no online consultation.</summary>
    Phone,
}

/// <summary>What the portal's own jobs may ask of consultations, within the tenants in scope.</summary>
public interface IConsultations
{
    /// <returns>Null when there is none in scope, or its note is not signed.</returns>
    Task<SignedConsultation?> FindSignedAsync(ConsultationId id, CancellationToken cancellationToken);

    /// <summary>How many appointments patients, families and facilities have asked a clinic for, which it has not answered; see <see cref="ConsultationTopics"/>.</summary>
    Task<int> AskedForAsync(ClinicId clinic, CancellationToken cancellationToken);
}

/// <summary>A consultation as its report tells of it.</summary>
/// <param name="BeganAt">When the doctor admitted the patient.</param>
/// <param name="Performing">実施医療機関.</param>
public sealed record SignedConsultation(
    Guid TenantId, ConsultationId Id, string Number, ContactKind Kind, DateTimeOffset BookedAt, DateTimeOffset BeganAt, DateTimeOffset EndedAt,
    DateTimeOffset SignedAt, string? Reason, Guid? CaseId, string? CaseNumber,
    Guid PatientId, string PatientName, string PatientKana, DateOnly PatientBirthDate, string PatientSex, string? PatientAddress,
    Guid PrimaryClinicId, string PrimaryClinicName, Guid? SecondaryClinicId, Guid? FacilityId, Institution Performing,
    Guid DoctorId, string DoctorName, SignedNote Note);

/// <summary>The note in SOAP form, as it was signed.</summary>
/// <param name="Temperature">In °C, as measured by the patient or whoever was there; as the other vital signs.</param>
/// <param name="Prescription">The lines of the prescription as text; null when nothing was prescribed.</param>
public sealed record SignedNote(
    decimal? Temperature, int? Systolic, int? Diastolic, int? Pulse, int? Respiration, int? SpO2,
    string Subjective, string? Objective, string Assessment, string Plan, string? Prescription);
