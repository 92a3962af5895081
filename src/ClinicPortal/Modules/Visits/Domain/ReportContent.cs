using ClinicPortal.Modules.Telehealth.Contracts;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Visits.Domain;

/// <summary>What a doctor writes about a visit; any of it may be missing while it is a draft.</summary>
public sealed record ReportContent
{
    public const int MaxText = 4_000;
    public const int MaxLine = 200;

    /// <summary>
    /// The family may call hours after the last breath, so death may come before the call; a day before it is a slip.
    /// </summary>
    private static readonly TimeSpan LongestBeforeCall = TimeSpan.FromHours(24);

    public Vitals Vitals { get; init; } = new();

    public string? Findings { get; init; }

    public string? Treatment { get; init; }

    public string? Prescription { get; init; }

    public string? NextStep { get; init; }

    public string? FreeText { get; init; }

    /// <summary>看取り: the patient died at home and the doctor confirmed it.</summary>
    public bool EndOfLife { get; init; }

    public bool? DeathExpected { get; init; }

    /// <summary>Not the time of confirmation.</summary>
    public DateTimeOffset? TimeOfDeath { get; init; }

    public DateTimeOffset? DeathConfirmedAt { get; init; }

    /// <summary>Who was with the patient.</summary>
    public string? PresentAtDeath { get; init; }

    private bool SaysSomethingOfDeath => DeathExpected is not null || TimeOfDeath is not null || DeathConfirmedAt is not null || PresentAtDeath is not null;

    /// <summary>
    /// SOAP in the fields of a report, which are labelled so for consultations: what was said and seen are the findings, the assessment stands for the
    /// treatment, the plan is the next step. A chart is Japanese whatever the doctor's screen.
    /// </summary>
    public static ReportContent Of(SignedNote note) => new()
    {
        Vitals = new Vitals(note.Temperature, note.Systolic, note.Diastolic, note.Pulse, note.Respiration, note.SpO2),
        Findings = note.Objective is null ? $"主観: {note.Subjective}" : $"主観: {note.Subjective}\n客観: {note.Objective}",
        Treatment = note.Assessment,
        NextStep = note.Plan,
        Prescription = note.Prescription,
    };

    /// <summary>What cannot be right, in a draft either.</summary>
    public IReadOnlyList<Error> Problems(DateTimeOffset caseReceivedAt, DateTimeOffset now) =>
        [.. Vitals.Problems(), .. LengthProblems(), .. DeathProblems(caseReceivedAt, now)];

    private IEnumerable<Error> LengthProblems() =>
        from text in new[]
        {
            ("findings", Findings, MaxText), ("treatment", Treatment, MaxText), ("prescription", Prescription, MaxText),
            ("nextStep", NextStep, MaxText), ("freeText", FreeText, MaxText), ("presentAtDeath", PresentAtDeath, MaxLine),
        }
        let tooLong = text.Item2?.Length > text.Item3
        where tooLong
        select Error.OnField(text.Item1, "too-long", text.Item3);

    private IEnumerable<Error> DeathProblems(DateTimeOffset caseReceivedAt, DateTimeOffset now)
    {
        if (!EndOfLife)
        {
            if (SaysSomethingOfDeath)
            {
                yield return Error.OnField(TimeOfDeath is null ? "endOfLife" : "timeOfDeath", "report.end-of-life-not-marked");
            }
            yield break;
        }
        if (TimeOfDeath > now)
        {
            yield return Error.OnField("timeOfDeath", "report.in-the-future");
        }
        if (TimeOfDeath < caseReceivedAt - LongestBeforeCall)
        {
            yield return Error.OnField("timeOfDeath", "report.death-long-before-call");
        }
        if (DeathConfirmedAt > now)
        {
            yield return Error.OnField("deathConfirmedAt", "report.in-the-future");
        }
        if (DeathConfirmedAt < TimeOfDeath)
        {
            yield return Error.OnField("deathConfirmedAt", "report.confirmed-before-death");
        }
    }
}
