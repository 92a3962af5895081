using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.Room;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.HoldConsultation;

/// <summary>One line of the doctor's list.</summary>
/// <param name="Here">The patient's page is connected.</param>
public sealed record ConsultationLine(Appointment Appointment, TenantInfo Tenant, bool Here);

/// <param name="Guests">Family, nurse, interpreter, staff.</param>
/// <param name="OpenGates">What is missing before the patient may be admitted.</param>
/// <param name="Next">Who has waited longest besides.</param>
/// <param name="Inside">Another patient of the doctor's, who goes back to the waiting room when this one is admitted.</param>
public sealed record HeldConsultation(
    Appointment Appointment, TenantInfo Tenant, Participant? Patient, IReadOnlyList<Participant> Guests, IReadOnlyList<Gate> OpenGates, Appointment? Next, Appointment? Inside,
    DateTimeOffset Now, FormState Form)
{
    public IReadOnlyList<string> Topics => [AppointmentNews.Topic(Appointment.Id), AppointmentNews.DoctorTopic(Appointment.DoctorId)];
}

/// <summary>The doctor's consultations of today, and the room of one.</summary>
public sealed class HoldConsultation(
    TelehealthContext db, AppointmentAccess access, GateCheck gates, IPatients patients, AuditTrail audit, CurrentUser user, ITenantResolver tenants, TimeProvider clock)
{
    private static readonly TimeSpan Around = TimeSpan.FromHours(18);

    /// <param name="refresh">The list re-reads itself because something changed.</param>
    public async Task<IReadOnlyList<ConsultationLine>> ListAsync(bool refresh, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (from, until) = (now - Around, now + Around);
        var found = await access.Visible().AsNoTracking()
            .Where(a => a.DoctorId == user.Id && a.StartsAt > from && a.StartsAt < until && a.Status != AppointmentStatus.Cancelled && a.Status != AppointmentStatus.Proposed)
            .OrderBy(a => a.StartsAt).ToListAsync(cancellationToken);
        var ids = found.ConvertAll(a => a.Id);
        var here = (await db.Participants.AsNoTracking().Where(p => ids.Contains(p.AppointmentId) && p.Role == ParticipantRole.Patient && p.ConnectionId != null && p.ConnectedUntil > now)
            .Select(p => p.AppointmentId).ToListAsync(cancellationToken)).ToHashSet();
        var today = found.Where(a => WallClock.Of(a.StartsAt, Tenant(a).Zone).Date == WallClock.Of(now, Tenant(a).Zone).Date || a.Status is AppointmentStatus.Arrived or AppointmentStatus.InProgress).ToList();
        audit.Listed("appointment", today.Select(a => (a.TenantId, a.Id, (Guid?)a.PatientId)), refresh);
        return [.. today.Select(a => new ConsultationLine(a, Tenant(a), here.Contains(a.Id)))];
    }

    public async Task<HeldConsultation?> ShowAsync(Guid id, bool refresh, FormState form, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(id, cancellationToken) is not { } appointment || !access.Conducts(appointment))
        {
            return null;
        }
        var people = await db.Participants.AsNoTracking().Where(p => p.TenantId == appointment.TenantId && p.AppointmentId == id).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        var others = await access.Visible().AsNoTracking().Where(a => a.DoctorId == user.Id && a.Id != id
                && (a.Status == AppointmentStatus.Arrived || a.Status == AppointmentStatus.InProgress && a.Mode == ConsultationMode.Video))
            .OrderBy(a => a.StartsAt).ToListAsync(cancellationToken);
        if (!refresh)
        {
            audit.Opened(appointment.TenantId, "appointment", id, detail: "room", patient: appointment.PatientId);
        }
        return new HeldConsultation(
            appointment, Tenant(appointment), people.Find(p => p.Role == ParticipantRole.Patient),
            [.. people.Where(p => p.Role is not (ParticipantRole.Patient or ParticipantRole.Doctor))],
            appointment.IsOpen ? await gates.OpenAsync(appointment, cancellationToken) : [], others.Find(a => a.Status == AppointmentStatus.Arrived),
            others.Find(a => a.Status == AppointmentStatus.InProgress), clock.GetUtcNow(), form);
    }

    /// <summary>The patient's summary, for as long as the consultation is ahead or on.</summary>
    public async Task<PatientSummary?> SummaryAsync(HeldConsultation held, CancellationToken cancellationToken) =>
        held.Appointment.IsOpen ? await patients.SummaryForCaseAsync(new PatientId(held.Appointment.PatientId), cancellationToken) : null;

    private TenantInfo Tenant(Appointment appointment) => tenants.ById(appointment.TenantId)!;
}
