using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.WriteNote;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Telehealth.ReadSummary;

/// <param name="Note">Null while the doctor has not signed it.</param>
/// <param name="Rating">What the participant has said already.</param>
public sealed record Summary(
    Appointment Appointment, TenantInfo Tenant, OnlineConsultationSettings? Settings, NoteContent? Note, PrescriptionContent? Prescription, Satisfaction? Rating)
{
    public string Phone => Tenant.Settings.PhoneNumbers.NightNumber;
}

/// <param name="Shown">The link that was just given: it is shown this once.</param>
public sealed record SummaryLinks(Appointment Appointment, TenantInfo Tenant, string? Refusal, IReadOnlyList<GivenLink> Given, ShownLink? Shown, FormState Form);

/// <summary>診察のまとめ: what patient and family read afterwards in plain words, and say what they thought of it.</summary>
public sealed class ReadSummary(TelehealthContext db, ShowNote notes, IVisitorLinks links, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    public static VisitorPurpose Purpose { get; } = new("consultation-summary", "/summary");

    /// <returns>Null when the participant is not a patient's, or the consultation has not taken place.</returns>
    public async Task<Summary?> ShowAsync(Guid participantId, CancellationToken cancellationToken)
    {
        if (await FindAsync(participantId, cancellationToken) is not var (self, appointment) || self.Role != ParticipantRole.Patient)
        {
            return null;
        }
        var note = await db.Notes.AsNoTracking().SingleOrDefaultAsync(
            n => n.TenantId == self.TenantId && n.AppointmentId == appointment.Id && n.State == NoteState.Signed, cancellationToken);
        var prescription = await db.Prescriptions.AsNoTracking().SingleOrDefaultAsync(p => p.TenantId == self.TenantId && p.AppointmentId == appointment.Id, cancellationToken);
        var rating = await db.Ratings.AsNoTracking().SingleOrDefaultAsync(r => r.TenantId == self.TenantId && r.ParticipantId == self.Id, cancellationToken);
        var tenant = tenants.ById(self.TenantId)!;
        audit.Opened(self.TenantId, "consultation-note", appointment.Id, Purpose.Name, patient: appointment.PatientId);
        return new Summary(appointment, tenant, tenant.Settings.OnlineConsultation, note?.Content, prescription?.Content, rating?.Score);
    }

    /// <summary>Said once per participant, guests too; saying it again changes nothing.</summary>
    public async Task<Result<Guid>> RateAsync(Guid participantId, Satisfaction? score, CancellationToken cancellationToken)
    {
        if (await FindAsync(participantId, cancellationToken) is not var (self, appointment))
        {
            return Error.NotFound("appointment.not-found");
        }
        if (score is not { } said)
        {
            return Error.OnField("score", "rating.choose");
        }
        if (!await db.Ratings.AnyAsync(r => r.TenantId == self.TenantId && r.ParticipantId == self.Id, cancellationToken))
        {
            db.Ratings.Add(ConsultationRating.Of(self, said, clock.GetUtcNow()));
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                return Error.Conflict("rating.given");
            }
            audit.Changed(self.TenantId, "appointment", appointment.Id, "rated", patient: appointment.PatientId);
        }
        return appointment.Id;
    }

    public async Task<SummaryLinks?> LinksAsync(Guid appointmentId, string? shown, FormState form, CancellationToken cancellationToken)
    {
        if (await PatientAsync(appointmentId, cancellationToken) is not var (self, appointment))
        {
            return null;
        }
        audit.Opened(self.TenantId, "appointment", appointmentId, detail: "summary-links", patient: appointment.PatientId);
        return new SummaryLinks(
            appointment, tenants.ById(self.TenantId)!, await IsSignedAsync(appointment, cancellationToken) ? null : "summary.not-signed",
            await links.OfAsync(Purpose, new TenantId(self.TenantId), self.Id, cancellationToken), links.Unwrap(self.Id, shown), form);
    }

    public async Task<Result<string>> GiveAsync(Guid appointmentId, CancellationToken cancellationToken)
    {
        if (await PatientAsync(appointmentId, cancellationToken) is not var (self, appointment))
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!await IsSignedAsync(appointment, cancellationToken))
        {
            return Error.Conflict("summary.not-signed");
        }
        var tenant = new TenantId(self.TenantId);
        var issued = await links.IssueAsync(Purpose, tenant, self.Id, appointment.PatientBirthDate, clock.GetUtcNow() + Lifetime, cancellationToken);
        audit.Changed(self.TenantId, "link", issued.Id, $"given, {appointment.Number}", patient: appointment.PatientId);
        return links.Wrap(tenant, self.Id, issued);
    }

    public async Task<Result<Guid>> RevokeAsync(Guid appointmentId, Guid link, CancellationToken cancellationToken)
    {
        if (await PatientAsync(appointmentId, cancellationToken) is not var (self, appointment)
            || !await links.RevokeAsync(Purpose, new TenantId(self.TenantId), self.Id, link, cancellationToken))
        {
            return Error.NotFound("appointment.not-found");
        }
        audit.Changed(self.TenantId, "link", link, $"revoked, {appointment.Number}", patient: appointment.PatientId);
        return link;
    }

    private Task<bool> IsSignedAsync(Appointment appointment, CancellationToken cancellationToken) => db.Notes.AnyAsync(
        n => n.TenantId == appointment.TenantId && n.AppointmentId == appointment.Id && n.State == NoteState.Signed, cancellationToken);

    /// <summary>For the doctor and the clinics of the appointment.</summary>
    private async Task<(Participant, Appointment)?> PatientAsync(Guid appointmentId, CancellationToken cancellationToken) =>
        await notes.FindAsync(appointmentId, cancellationToken) is { } appointment
        && await db.Participants.SingleOrDefaultAsync(
            p => p.TenantId == appointment.TenantId && p.AppointmentId == appointmentId && p.Role == ParticipantRole.Patient, cancellationToken) is { } self
            ? (self, appointment) : null;

    /// <summary>Of a consultation that has taken place.</summary>
    private async Task<(Participant, Appointment)?> FindAsync(Guid participantId, CancellationToken cancellationToken) =>
        await db.Participants.SingleOrDefaultAsync(p => p.Id == participantId, cancellationToken) is { AccountId: null, State: not ParticipantState.Removed } self
        && await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == self.TenantId && a.Id == self.AppointmentId, cancellationToken) is { Status: AppointmentStatus.Fulfilled } appointment
            ? (self, appointment) : null;
}
