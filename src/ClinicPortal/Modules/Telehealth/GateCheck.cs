using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>A gate and how it stands.</summary>
/// <param name="Last">The record that counts; null while nothing was done about it.</param>
public sealed record GateState(Gate Gate, GateRecord? Last)
{
    public bool IsOpen => Last is null or { Outcome: GateOutcome.Reopened };
}

/// <summary>Which gates an appointment has, and which of them are still to be met.</summary>
public sealed class GateCheck(TelehealthContext db, RecordGate record, ITenantResolver tenants)
{
    /// <summary>The gates that the association's settings and the service ask for, in the order in which they are shown.</summary>
    /// <param name="settings">Null where the association has taken its settings away since: what the law asks of everybody is left.</param>
    public static IEnumerable<Gate> Required(OnlineConsultationSettings? settings, string service)
    {
        yield return Gate.PatientIdentity;
        if (settings is { PatientDocument: true })
        {
            yield return Gate.PatientDocument;
        }
        yield return Gate.DoctorIdentity;
        yield return Gate.Consent;
        if (settings?.ServiceNamed(service) is { Questionnaire.Questions.Count: > 0 })
        {
            yield return Gate.Questionnaire;
        }
        yield return Gate.CarePlan;
    }

    public async Task<IReadOnlyList<GateState>> AllAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(appointment.TenantId)!;
        var records = await db.Gates.AsNoTracking().Where(g => g.TenantId == appointment.TenantId && g.AppointmentId == appointment.Id)
            .OrderBy(g => g.At).ThenBy(g => g.Id).ToListAsync(cancellationToken);
        var states = Required(tenant.Settings.OnlineConsultation, appointment.Service).Select(gate => new GateState(gate, records.LastOrDefault(r => r.Gate == gate))).ToList();
        if (appointment.IsOpen && states.FindIndex(s => s is { Gate: Gate.CarePlan, IsOpen: true }) is >= 0 and var plan
            && await MeetByPlanAsync(appointment, records, cancellationToken) is { } met)
        {
            states[plan] = states[plan] with { Last = met };
        }
        return states;
    }

    public async Task<IReadOnlyList<Gate>> OpenAsync(Appointment appointment, CancellationToken cancellationToken) =>
        [.. (await AllAsync(appointment, cancellationToken)).Where(g => g.IsOpen).Select(g => g.Gate)];

    /// <summary>What the patient still has to do something about, in the order in which it is asked for. A photo that waits to be looked at is done.</summary>
    public async Task<IReadOnlyList<Gate>> ForPatientAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        var open = (await AllAsync(appointment, cancellationToken)).Where(s => s.IsOpen).Select(s => s.Gate).ToList();
        var todo = GateRules.OfThePatient.Where(open.Contains).ToList();
        if (todo.Contains(Gate.PatientDocument)
            && await db.Documents.AnyAsync(d => d.TenantId == appointment.TenantId && d.AppointmentId == appointment.Id, cancellationToken))
        {
            todo.Remove(Gate.PatientDocument);
        }
        return open.Contains(Gate.PatientIdentity) ? [Gate.PatientIdentity, .. todo] : todo;
    }

    /// <summary>The care plan in force on the appointment's day.</summary>
    public async Task<CarePlan?> PlanOfAsync(Appointment appointment, CancellationToken cancellationToken) => CarePlan.InForce(
        await db.CarePlans.AsNoTracking().Where(p => p.TenantId == appointment.TenantId && p.PatientId == appointment.PatientId).ToListAsync(cancellationToken),
        WallClock.Of(appointment.StartsAt, tenants.ById(appointment.TenantId)!.Zone).Date);

    /// <summary>A care plan in force on the day meets its gate without anybody's doing. One on whose strength it was met before it was reopened does not.</summary>
    private async Task<GateRecord?> MeetByPlanAsync(Appointment appointment, List<GateRecord> records, CancellationToken cancellationToken)
    {
        if (await PlanOfAsync(appointment, cancellationToken) is not { } plan || records.Exists(r => r.Gate == Gate.CarePlan && r.TextVersion == $"{plan.Number}"))
        {
            return null;
        }
        var met = record.Add(
            appointment, Gate.CarePlan, GateOutcome.Met, $"{plan.Number}", new GateEvidence { Way = GateWay.CarePlan, Plan = plan.Number, Who = plan.AuthorName },
            CurrentUser.Portal);
        await db.SaveChangesAsync(cancellationToken);
        return met;
    }
}
