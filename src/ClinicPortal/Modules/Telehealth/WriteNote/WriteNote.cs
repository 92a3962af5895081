using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth.WriteNote;

/// <param name="Version">That was shown; 0 expects that nothing was saved yet.</param>
/// <param name="Sign">Close it as it is written.</param>
public sealed record WrittenNote(NoteContent Content, uint Version, bool Sign);

/// <summary>
/// 一時保存 and 署名: with the signature the prescription is issued, the primary clinic has its report, and the consultation becomes a line on its invoice.
/// </summary>
public sealed class WriteNote(
    TelehealthContext db, ShowNote notes, AppointmentAccess access, IPatients patients, AppointmentNews news, Outbox outbox, AuditTrail audit,
    CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    public async Task<Result<Guid>> HandleAsync(Guid id, WrittenNote written, CancellationToken cancellationToken)
    {
        if (await notes.FindAsync(id, cancellationToken) is not { } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!access.Conducts(appointment))
        {
            return Error.Forbidden("note.only-the-doctor");
        }
        if (appointment.Status is AppointmentStatus.Proposed or AppointmentStatus.Cancelled or AppointmentStatus.NoShow)
        {
            return Error.Conflict("appointment.not-booked");
        }
        var note = await db.Notes.SingleOrDefaultAsync(n => n.TenantId == appointment.TenantId && n.AppointmentId == id, cancellationToken);
        if (written.Version != (note?.Version ?? 0) && note?.State != NoteState.Signed)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var now = clock.GetUtcNow();
        var isNew = note is null;
        note ??= ConsultationNote.Begin(appointment, user, now);
        var problems = note.Write(written.Content, await LimitsAsync(appointment, written.Content, cancellationToken), user, now);
        if (problems.Count == 0 && written.Sign)
        {
            problems = note.Sign(appointment.Status, now);
        }
        if (problems.Count > 0)
        {
            return Result<Guid>.Refused(problems);
        }
        if (isNew)
        {
            db.Notes.Add(note);
        }
        if (written.Sign && await SignedAsync(appointment, note, now, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Two devices saved the first draft at once.
            return Error.Conflict("changed-meanwhile");
        }
        audit.Changed(appointment.TenantId, "consultation-note", id, written.Sign ? "signed" : null, patient: appointment.PatientId);
        return id;
    }

    private async Task<Error?> SignedAsync(Appointment appointment, ConsultationNote note, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var content = note.Content;
        if (content.Prescribes)
        {
            var pharmacy = content.PharmacyId is { } chosen
                ? await db.Pharmacies.SingleOrDefaultAsync(p => p.TenantId == appointment.TenantId && p.Id == chosen, cancellationToken) : null;
            if (content.PharmacyId is not null && pharmacy is null)
            {
                return Error.OnField("pharmacy", "pharmacy.not-found");
            }
            var address = (await patients.FindAsync(new PatientId(appointment.PatientId), cancellationToken))?.Address;
            db.Prescriptions.Add(Prescription.Issue(appointment, content, pharmacy, address, user, now));
            news.Add(appointment, AppointmentEventKind.PrescriptionIssued);
        }
        // A photo that nobody looked at is of no use any more.
        db.Documents.RemoveRange(await db.Documents.Where(d => d.TenantId == appointment.TenantId && d.AppointmentId == appointment.Id).ToListAsync(cancellationToken));
        news.Add(appointment, AppointmentEventKind.NoteSigned);
        outbox.Publish(new ConsultationSigned(note.Id, new TenantId(appointment.TenantId), new ConsultationId(appointment.Id)));
        return null;
    }

    private async Task<IEnumerable<Error>> LimitsAsync(Appointment appointment, NoteContent content, CancellationToken cancellationToken) =>
        PrescriptionCheck.Problems(
            content, tenants.ById(appointment.TenantId)?.Settings.OnlineConsultation?.Prescription, appointment.FirstVisit,
            await notes.HasBackgroundAsync(appointment, cancellationToken));
}
