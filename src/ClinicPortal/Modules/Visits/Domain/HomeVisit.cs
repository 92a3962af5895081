using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Visits.Domain;

/// <summary>
/// 往診, オンライン診療 or 電話等再診: a visit that took place, as it was when its report was handed in. It copies what it needs of the case or the
/// appointment, is written once and never changed.
/// </summary>
public sealed class HomeVisit : ISealedRow
{
    private HomeVisit()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ReportId { get; private set; }

    public VisitKind Kind { get; private set; }

    public Guid? CaseId { get; private set; }

    /// <summary>Of the consultation, where it was one.</summary>
    public Guid? AppointmentId { get; private set; }

    /// <summary>Of the case; of the appointment where there was none.</summary>
    public string CaseNumber { get; private set; } = "";

    public DateOnly Night { get; private set; }

    public DateTimeOffset ReceivedAt { get; private set; }

    public Sealed<VisitTold> SealedTold { get; private set; } = null!;

    public string? Complaint => SealedTold.Value.Complaint;

    public Guid? PatientId { get; private set; }

    public string? PatientName { get; private set; }

    public string? PatientKana { get; private set; }

    public DateOnly? PatientBirthDate { get; private set; }

    public string? PatientSex { get; private set; }

    public string? PatientAddress => SealedTold.Value.Address;

    public Guid? PrimaryClinicId { get; private set; }

    public string? PrimaryClinicName { get; private set; }

    public Guid? SecondaryClinicId { get; private set; }

    public Guid? FacilityId { get; private set; }

    /// <summary>実施医療機関: whose doctor acted.</summary>
    public Institution Performing { get; private set; } = null!;

    /// <summary>The doctor's employer for the shift.</summary>
    public Institution Employing { get; private set; } = null!;

    /// <summary>算定・請求元.</summary>
    public Institution Claiming { get; private set; } = null!;

    public Guid? DispatchId { get; private set; }

    public Guid DoctorId { get; private set; }

    public string DoctorName { get; private set; } = "";

    /// <summary>The unit that went; none by video or phone.</summary>
    public string? UnitName { get; private set; }

    /// <summary>Patient, family or carer: the fee rules want a request.</summary>
    public string? RequestedBy => SealedTold.Value.RequestedBy;

    public Guid? DecidingDoctorId { get; private set; }

    /// <summary>The doctor who found the visit necessary.</summary>
    public string? DecidingDoctorName { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public DateTimeOffset? DepartedAt { get; private set; }

    /// <summary>At the door; when the doctor began, by video or phone.</summary>
    public DateTimeOffset ArrivedAt { get; private set; }

    public DateTimeOffset FinishedAt { get; private set; }

    /// <param name="primaryClinic">The institution of the patient's own clinic; null when the patient has none here.</param>
    /// <exception cref="InvalidOperationException">The unit has not finished.</exception>
    public static HomeVisit Of(VisitCase subject, VisitDispatch unit, Institution? primaryClinic, VisitReport report, DateTimeOffset now)
    {
        var employer = new Institution(unit.EmployerName, unit.EmployerCode);
        // A shift has a partner when its doctor acts for that; otherwise as a part-time doctor of the patient's own clinic. Of a
        // clinic that is not known nobody can be: then the doctor acts for the employer.
        var performing = unit is { PartnerName: { } partner, PartnerCode: { } code }
            ? new Institution(partner, code)
            : primaryClinic ?? employer;
        return new HomeVisit
        {
            TenantId = subject.TenantId,
            Id = Guid.CreateVersion7(now),
            ReportId = report.Id,
            Kind = VisitKind.HomeVisit,
            CaseId = subject.Id.Value,
            CaseNumber = subject.Number,
            Night = subject.Night,
            ReceivedAt = subject.ReceivedAt,
            SealedTold = new VisitTold(subject.Complaint, subject.PatientAddress, subject.RequestedBy),
            PatientId = subject.PatientId,
            PatientName = subject.PatientName,
            PatientKana = subject.PatientKana,
            PatientBirthDate = subject.PatientBirthDate,
            PatientSex = subject.PatientSex,
            PrimaryClinicId = subject.PrimaryClinicId,
            PrimaryClinicName = subject.PrimaryClinicName,
            SecondaryClinicId = subject.SecondaryClinicId,
            FacilityId = subject.FacilityId,
            Performing = performing,
            Employing = employer,
            // In both patterns whoever performs claims; they are kept apart because the rules name them apart.
            Claiming = performing,
            DispatchId = unit.Id,
            DoctorId = unit.DoctorId,
            DoctorName = unit.DoctorName,
            UnitName = unit.UnitName,
            DecidingDoctorId = subject.DecidingDoctorId,
            DecidingDoctorName = subject.DecidingDoctorName,
            DecidedAt = subject.DecidedAt,
            DepartedAt = unit.DepartedAt,
            ArrivedAt = unit.ArrivedAt ?? throw new InvalidOperationException("The unit has not arrived."),
            FinishedAt = unit.CompletedAt ?? throw new InvalidOperationException("The unit has not finished."),
        };
    }

    /// <param name="night">The date the night began, of the time at which the doctor began.</param>
    public static HomeVisit Of(SignedConsultation consultation, VisitReport report, DateOnly night, DateTimeOffset now) => new()
    {
        TenantId = consultation.TenantId,
        Id = Guid.CreateVersion7(now),
        ReportId = report.Id,
        Kind = consultation.Kind == ContactKind.Video ? VisitKind.Video : VisitKind.Phone,
        CaseId = consultation.CaseId,
        AppointmentId = consultation.Id.Value,
        CaseNumber = consultation.CaseNumber ?? consultation.Number,
        Night = night,
        ReceivedAt = consultation.BookedAt,
        SealedTold = new VisitTold(consultation.Reason, consultation.PatientAddress, null),
        PatientId = consultation.PatientId,
        PatientName = consultation.PatientName,
        PatientKana = consultation.PatientKana,
        PatientBirthDate = consultation.PatientBirthDate,
        PatientSex = consultation.PatientSex,
        PrimaryClinicId = consultation.PrimaryClinicId,
        PrimaryClinicName = consultation.PrimaryClinicName,
        SecondaryClinicId = consultation.SecondaryClinicId,
        FacilityId = consultation.FacilityId,
        // Who is shown to patients as a doctor of an institution sees them for it: that employs the doctor for it, performs and claims.
        Performing = consultation.Performing,
        Employing = consultation.Performing,
        Claiming = consultation.Performing,
        DoctorId = consultation.DoctorId,
        DoctorName = consultation.DoctorName,
        DecidingDoctorId = consultation.DoctorId,
        DecidingDoctorName = consultation.DoctorName,
        DecidedAt = consultation.BeganAt,
        ArrivedAt = consultation.BeganAt,
        FinishedAt = consultation.EndedAt,
    };
}

/// <summary>What a visit has of the case in words: encrypted.</summary>
public sealed record VisitTold(string? Complaint, string? Address, string? RequestedBy);
