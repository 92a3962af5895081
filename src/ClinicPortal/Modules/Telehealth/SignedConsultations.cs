using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>What this module tells others.</summary>
internal sealed class SignedConsultations(TelehealthContext db, IPatients patients) : IConsultations
{
    public async Task<SignedConsultation?> FindSignedAsync(ConsultationId id, CancellationToken cancellationToken)
    {
        if (await db.Appointments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id.Value, cancellationToken) is not { Status: AppointmentStatus.Fulfilled } a
            || await db.Notes.AsNoTracking().SingleOrDefaultAsync(n => n.TenantId == a.TenantId && n.AppointmentId == a.Id, cancellationToken) is not { State: NoteState.Signed } note)
        {
            return null;
        }
        var (content, vitals) = (note.Content, note.Content.Vitals);
        var address = (await patients.FindAsync(new PatientId(a.PatientId), cancellationToken))?.Address;
        return new SignedConsultation(
            a.TenantId, id, a.Number, a.Mode == ConsultationMode.Phone ? ContactKind.Phone : ContactKind.Video, a.BookedAt, a.AdmittedAt ?? a.StartsAt, a.EndedAt!.Value,
            note.SignedAt!.Value, a.Told.Reason, a.CaseId, a.CaseNumber,
            a.PatientId, a.PatientName, a.PatientKana, a.PatientBirthDate, a.PatientSex, address,
            a.PrimaryClinicId, a.PrimaryClinicName, a.SecondaryClinicId, a.FacilityId, new Institution(a.PerformingName, a.PerformingCode), a.DoctorId, a.DoctorName,
            new SignedNote(
                vitals.Temperature, vitals.Systolic, vitals.Diastolic, vitals.Pulse, vitals.Respiration, vitals.SpO2,
                content.Subjective!, content.Objective, content.Assessment!, content.Plan!, content.Prescribes ? string.Join('\n', PrescriptionText(content)) : null));
    }

    public Task<int> AskedForAsync(ClinicId clinic, CancellationToken cancellationToken) => db.Appointments.CountAsync(
        a => a.Status == AppointmentStatus.Proposed && !a.AwaitsPatient && (a.PrimaryClinicId == clinic.Value || a.PerformingClinicId == clinic.Value)
            && !db.Offers.Any(o => o.TenantId == a.TenantId && o.AppointmentId == a.Id && o.State == OfferState.Open), cancellationToken);

    private static IEnumerable<string> PrescriptionText(NoteContent content) =>
        [.. content.Lines.Select(line => line.ToString()), .. new[] { content.PrescriptionText }.OfType<string>()];
}
