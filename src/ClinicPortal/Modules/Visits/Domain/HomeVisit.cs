using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.NightDesk.Contracts;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Visits.Domain;

/// <summary>
/// 往診: a visit that took place, as it was when its report was handed in. It copies what it needs of the case, is written once
/// and never changed.
/// </summary>
public sealed class HomeVisit : ISealedRow
{
    private HomeVisit()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ReportId { get; private set; }

    public Guid CaseId { get; private set; }

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

    public Guid DispatchId { get; private set; }

    public Guid DoctorId { get; private set; }

    public string DoctorName { get; private set; } = "";

    public string UnitName { get; private set; } = "";

    /// <summary>Patient, family or carer: the fee rules want a request.</summary>
    public string? RequestedBy => SealedTold.Value.RequestedBy;

    public Guid? DecidingDoctorId { get; private set; }

    /// <summary>The doctor who found the visit necessary.</summary>
    public string? DecidingDoctorName { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public DateTimeOffset? DepartedAt { get; private set; }

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
}

/// <summary>What a visit has of the case in words: encrypted.</summary>
public sealed record VisitTold(string? Complaint, string? Address, string? RequestedBy);
