using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
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
public sealed class GateCheck(TelehealthContext db, ITenantResolver tenants)
{
    /// <summary>The gates that the association's settings and the service ask for, in the order in which they are shown.</summary>
    public static IEnumerable<Gate> Required(OnlineConsultationSettings settings, string service)
    {
        yield return Gate.PatientIdentity;
        if (settings.PatientDocument)
        {
            yield return Gate.PatientDocument;
        }
        yield return Gate.DoctorIdentity;
        yield return Gate.Consent;
        if (settings.ServiceNamed(service) is { Questionnaire.Questions.Count: > 0 })
        {
            yield return Gate.Questionnaire;
        }
        yield return Gate.CarePlan;
    }

    public async Task<IReadOnlyList<GateState>> AllAsync(Appointment appointment, CancellationToken cancellationToken)
    {
        var settings = tenants.ById(appointment.TenantId)!.Settings.OnlineConsultation
            ?? throw new InvalidOperationException("The association offers no online consultations (any more).");
        var records = await db.Gates.AsNoTracking().Where(g => g.TenantId == appointment.TenantId && g.AppointmentId == appointment.Id)
            .OrderBy(g => g.At).ThenBy(g => g.Id).ToListAsync(cancellationToken);
        return [.. Required(settings, appointment.Service).Select(gate => new GateState(gate, records.LastOrDefault(r => r.Gate == gate)))];
    }

    public async Task<IReadOnlyList<Gate>> OpenAsync(Appointment appointment, CancellationToken cancellationToken) =>
        [.. (await AllAsync(appointment, cancellationToken)).Where(g => g.IsOpen).Select(g => g.Gate)];
}
