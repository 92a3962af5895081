using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Telehealth;

/// <summary>Keeps that a gate was met, bypassed or reopened, and tells everybody who waits for it.</summary>
public sealed class RecordGate(TelehealthContext db, AppointmentNews news, CurrentUser user, TimeProvider clock)
{
    /// <summary>A history is read in Japanese whatever the language of whoever made it.</summary>
    private static readonly Dictionary<Gate, string> Names = new()
    {
        [Gate.PatientIdentity] = "患者の本人確認",
        [Gate.PatientDocument] = "本人確認書類",
        [Gate.DoctorIdentity] = "医師の提示",
        [Gate.Consent] = "同意",
        [Gate.Questionnaire] = "問診票",
        [Gate.CarePlan] = "オンライン診療計画",
    };

    /// <summary>Adds the record; the caller saves.</summary>
    /// <param name="by">Who did it, where it was not the caller.</param>
    public GateRecord Add(Appointment subject, Gate gate, GateOutcome outcome, string? textVersion, GateEvidence evidence, CurrentUser? by = null)
    {
        var record = GateRecord.Of(subject, gate, outcome, textVersion, evidence.ToJson(), by ?? user, clock.GetUtcNow());
        db.Gates.Add(record);
        news.Add(subject, outcome switch
        {
            GateOutcome.Met => AppointmentEventKind.GateMet,
            GateOutcome.Bypassed => AppointmentEventKind.GateBypassed,
            _ => AppointmentEventKind.GateReopened,
        }, Names[gate], by);
        return record;
    }
}
