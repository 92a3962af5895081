using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>What may be done about a gate by hand, and what must be said with it.</summary>
public static class GateRules
{
    public const int MaxText = 1_000;

    /// <summary>Without them nobody is seen by video but in an emergency: the guideline asks for both of every patient.</summary>
    public static bool OnlyInAnEmergency(Gate gate) => gate is Gate.PatientIdentity or Gate.Consent;

    /// <summary>What the patient does on its own pages; the order in which they are asked for.</summary>
    public static IReadOnlyList<Gate> OfThePatient { get; } = [Gate.DoctorIdentity, Gate.Consent, Gate.Questionnaire, Gate.PatientDocument];

    /// <summary>Met by what somebody was told, by phone or in person.</summary>
    public static IReadOnlyList<Error> ProblemsOfMeeting(Gate gate, GateEvidence evidence, bool firstVisit)
    {
        var problems = new List<Error>();
        if (gate == Gate.CarePlan)
        {
            if (!firstVisit)
            {
                problems.Add(Error.Conflict("gate.plan-needed"));
            }
            if (evidence.WhyNotInPerson is null)
            {
                problems.Add(Error.OnField("whyNotInPerson", "required"));
            }
        }
        else if (gate != Gate.DoctorIdentity && evidence.Who is null)
        {
            problems.Add(Error.OnField("who", "required"));
        }
        if (gate == Gate.Questionnaire && evidence.Answers is null or [])
        {
            problems.Add(Error.OnField("answers", "required"));
        }
        return problems;
    }

    public static IReadOnlyList<Error> ProblemsOfBypassing(Gate gate, GateEvidence evidence)
    {
        var problems = new List<Error>();
        if (evidence.Reason is null)
        {
            problems.Add(Error.OnField("reason", "required"));
        }
        if (OnlyInAnEmergency(gate) && evidence.Emergency != true)
        {
            problems.Add(Error.OnField("emergency", "gate.only-in-an-emergency"));
        }
        return problems;
    }
}
