using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared;

namespace ClinicPortal.Modules.Visits.ShowReport;

/// <summary>往診報告書 with the visit it tells of.</summary>
/// <param name="Association">Identifier of the association.</param>
/// <param name="CaseId">None where the visit came of an appointment and no case of the night.</param>
/// <param name="CaseNumber">Of the case; of the appointment where there was none.</param>
/// <param name="Readings">Who of which clinic opened and confirmed it, first reader first.</param>
public sealed record ReportDetails(
    Guid Id, string Association, VisitKind Kind, Guid? CaseId, string CaseNumber, DateOnly Night, string? Complaint, ReportedPatient Patient, ReportedVisit Visit,
    Vitals Vitals, string Findings, string Treatment, string? Prescription, string NextStep, string? FreeText, ReportedDeath? Death,
    string Author, DateTimeOffset SubmittedAt, IReadOnlyList<ReportReading> Readings)
{
    internal static ReportDetails Of(HomeVisit visit, VisitReport report, string association, IEnumerable<ReportReceipt> receipts) => new(
        report.Id, association, visit.Kind, visit.CaseId, visit.CaseNumber, visit.Night, visit.Complaint,
        new ReportedPatient(visit.PatientId, visit.PatientName, visit.PatientKana, visit.PatientBirthDate,
            Enum.TryParse<Sex>(visit.PatientSex, out var sex) ? sex : null, visit.PatientAddress,
            visit.PrimaryClinicId, visit.PrimaryClinicName),
        new ReportedVisit(visit.Id, visit.DoctorName, visit.UnitName, visit.Performing, visit.Employing, visit.Claiming,
            visit.RequestedBy, visit.DecidingDoctorName, visit.DecidedAt, visit.ReceivedAt, visit.DepartedAt, visit.ArrivedAt, visit.FinishedAt),
        report.Content.Vitals, report.Content.Findings!, report.Content.Treatment!, report.Content.Prescription, report.Content.NextStep!,
        report.Content.FreeText, ReportedDeath.Of(report.Content),
        report.AuthorName, report.SubmittedAt!.Value,
        [.. receipts.OrderBy(r => r.ReadAt).Select(r => new ReportReading(r.AccountId, r.AccountName, r.ClinicId, r.ReadAt, r.AcknowledgedAt))]);
}

public sealed record ReportedPatient(
    Guid? Id, string? Name, string? Kana, DateOnly? BirthDate, Sex? Sex, string? Address, Guid? PrimaryClinicId, string? PrimaryClinicName);

/// <param name="Performing">実施医療機関.</param>
/// <param name="Employing">The doctor's employer for the shift.</param>
/// <param name="Claiming">算定・請求元.</param>
/// <param name="RequestedBy">Patient, family or carer.</param>
/// <param name="DecidingDoctor">Who found the visit necessary.</param>
/// <param name="Unit">That went; none by video or phone.</param>
/// <param name="ArrivedAt">At the door; when the doctor began, by video or phone.</param>
public sealed record ReportedVisit(
    Guid Id, string Doctor, string? Unit, Institution Performing, Institution Employing, Institution Claiming,
    string? RequestedBy, string? DecidingDoctor, DateTimeOffset? DecidedAt,
    DateTimeOffset ReceivedAt, DateTimeOffset? DepartedAt, DateTimeOffset ArrivedAt, DateTimeOffset FinishedAt);

public sealed record ReportedDeath(bool? Expected, DateTimeOffset TimeOfDeath, DateTimeOffset? ConfirmedAt, string? Present)
{
    internal static ReportedDeath? Of(ReportContent content) =>
        content.EndOfLife ? new ReportedDeath(content.DeathExpected, content.TimeOfDeath!.Value, content.DeathConfirmedAt, content.PresentAtDeath) : null;
}

public sealed record ReportReading(Guid AccountId, string Name, Guid ClinicId, DateTimeOffset ReadAt, DateTimeOffset? AcknowledgedAt);
