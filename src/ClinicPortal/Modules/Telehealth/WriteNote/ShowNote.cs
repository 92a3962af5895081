using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.WriteNote;

/// <param name="Note">For others than the doctor only once it is signed.</param>
/// <param name="HasBackground">The doctor knows more of the patient than what is said in the call; matters at a first visit.</param>
public sealed record NoteModel(
    Appointment Appointment, TenantInfo Tenant, OnlineConsultationSettings? Settings, ConsultationNote? Note, IReadOnlyList<Pharmacy> Pharmacies,
    Prescription? Prescription, Satisfaction? Rating, bool HasBackground, bool MayWrite, FormState Form)
{
    public bool IsSigned => Note?.State == NoteState.Signed;
}

/// <summary>診療録 of a consultation: the doctor writes it, the clinics of the appointment read it once it is signed.</summary>
public sealed class ShowNote(TelehealthContext db, AppointmentAccess access, AuditTrail audit, ITenantResolver tenants)
{
    public static string[] Readers { get; } = [Roles.ClinicDoctor, Roles.ClinicStaff, Roles.NightDoctor];

    public async Task<Appointment?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } found && (access.Conducts(found) || access.Manages(found)) ? found : null;

    public async Task<NoteModel?> HandleAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } appointment || tenants.ById(appointment.TenantId) is not { } tenant)
        {
            return null;
        }
        var conducts = access.Conducts(appointment);
        var note = await db.Notes.AsNoTracking().SingleOrDefaultAsync(n => n.TenantId == appointment.TenantId && n.AppointmentId == id, cancellationToken);
        var prescription = await db.Prescriptions.AsNoTracking().SingleOrDefaultAsync(p => p.TenantId == appointment.TenantId && p.AppointmentId == id, cancellationToken);
        var rating = await db.Ratings.AsNoTracking().Where(r => r.TenantId == appointment.TenantId && r.AppointmentId == id)
            .OrderBy(r => r.At).Select(r => (Satisfaction?)r.Score).FirstOrDefaultAsync(cancellationToken);
        var pharmacies = await db.Pharmacies.AsNoTracking().Where(p => p.TenantId == appointment.TenantId && p.Listed).OrderBy(p => p.Name).ToListAsync(cancellationToken);
        audit.Opened(appointment.TenantId, "consultation-note", id, detail: note?.State == NoteState.Signed ? null : "draft", patient: appointment.PatientId);
        return new NoteModel(
            appointment, tenant, tenant.Settings.OnlineConsultation, conducts || note?.State == NoteState.Signed ? note : null, pharmacies, prescription, rating,
            await HasBackgroundAsync(appointment, cancellationToken), conducts && note?.State != NoteState.Signed, form);
    }

    /// <summary>By a care plan in force, or by what the doctor has documented for a first visit.</summary>
    internal async Task<bool> HasBackgroundAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        var last = await db.Gates.AsNoTracking().Where(g => g.TenantId == appointment.TenantId && g.AppointmentId == appointment.Id && g.Gate == Gate.CarePlan)
            .OrderByDescending(g => g.At).ThenByDescending(g => g.Id).FirstOrDefaultAsync(cancellationToken);
        return last is { Outcome: GateOutcome.Met } && GateEvidence.Of(last) is { Way: GateWay.CarePlan } or { Background: not null };
    }
}
