using System.Globalization;
using System.Text.Json.Serialization;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Telehealth.Domain;

/// <summary>As measured by the patient or whoever is there. What was not measured is null.</summary>
/// <param name="Temperature">In °C.</param>
/// <param name="Systolic">In mmHg, as <paramref name="Diastolic"/>.</param>
/// <param name="Pulse">Beats per minute.</param>
/// <param name="Respiration">Breaths per minute.</param>
/// <param name="SpO2">In percent.</param>
public sealed record NoteVitals(
    decimal? Temperature = null, int? Systolic = null, int? Diastolic = null, int? Pulse = null, int? Respiration = null, int? SpO2 = null)
{
    /// <summary>Outside these a figure is a slip of the hand, not a finding.</summary>
    private static readonly (string Field, Func<NoteVitals, decimal?> Read, decimal From, decimal To)[] Plausible =
    [
        ("temperature", v => v.Temperature, 25, 45), ("systolic", v => v.Systolic, 30, 300), ("diastolic", v => v.Diastolic, 10, 200),
        ("pulse", v => v.Pulse, 10, 300), ("respiration", v => v.Respiration, 3, 80), ("spO2", v => v.SpO2, 30, 100),
    ];

    public IEnumerable<Error> Problems() =>
        from figure in Plausible
        let value = figure.Read(this)
        where value < figure.From || value > figure.To
        select Error.OnField(figure.Field, "note.not-plausible", figure.From, figure.To);
}

/// <summary>One line of a prescription.</summary>
/// <param name="Dose">How much and how often, in words.</param>
/// <param name="Days">Null for medicines that are not taken by days, such as ointments.</param>
public sealed record PrescriptionLine(string Drug, string? Dose, int? Days)
{
    /// <summary>A row of the form that was left empty.</summary>
    [JsonIgnore]
    public bool IsEmpty => Drug.Length == 0 && Dose is null && Days is null;

    public override string ToString() =>
        string.Join(' ', new[] { Drug, Dose, Days is { } days ? string.Create(CultureInfo.InvariantCulture, $"{days}日分") : null }.OfType<string>());
}

/// <summary>What the doctor writes during the call, in SOAP form; any of it may be missing while it is a draft.</summary>
public sealed record NoteContent
{
    public const int MaxText = 4_000;
    public const int MaxLine = 200;
    public const int MostLines = 12;
    public const int MostDays = 90;

    public NoteVitals Vitals { get; init; } = new();

    public string? Subjective { get; init; }

    public string? Objective { get; init; }

    public string? Assessment { get; init; }

    public string? Plan { get; init; }

    public IReadOnlyList<PrescriptionLine> Lines { get; init; } = [];

    /// <summary>What the pharmacist must know beside the lines.</summary>
    public string? PrescriptionText { get; init; }

    public Guid? PharmacyId { get; init; }

    /// <summary>In plain words, for the patient: what was found.</summary>
    public string? PatientFound { get; init; }

    /// <summary>In plain words, for the patient: what comes next.</summary>
    public string? PatientNext { get; init; }

    [JsonIgnore]
    public bool Prescribes => Lines.Count > 0 || PrescriptionText is not null;

    /// <summary>What cannot be right, in a draft either.</summary>
    public IEnumerable<Error> Problems()
    {
        foreach (var problem in Vitals.Problems())
        {
            yield return problem;
        }
        if (Vitals.Diastolic >= Vitals.Systolic)
        {
            yield return Error.OnField("diastolic", "note.diastolic-not-below-systolic");
        }
        foreach (var (field, text) in new[]
        {
            ("subjective", Subjective), ("objective", Objective), ("assessment", Assessment), ("plan", Plan), ("prescriptionText", PrescriptionText),
            ("patientFound", PatientFound), ("patientNext", PatientNext),
        })
        {
            if (text?.Length > MaxText)
            {
                yield return Error.OnField(field, "too-long", MaxText);
            }
        }
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines[i].Drug.Length == 0 && !Lines[i].IsEmpty)
            {
                yield return Error.OnField(Field("drug", i), "required");
            }
            if (Lines[i].Drug.Length > MaxLine || Lines[i].Dose?.Length > MaxLine)
            {
                yield return Error.OnField(Field("drug", i), "too-long", MaxLine);
            }
            if (Lines[i].Days is < 1 or > MostDays)
            {
                yield return Error.OnField(Field("days", i), "note.not-plausible", 1, MostDays);
            }
        }
    }

    /// <summary>What must be there before it is signed: the clinic learns how it was and what comes next, and so does the patient.</summary>
    public IEnumerable<Error> Missing() =>
        from field in new[]
        {
            ("subjective", Subjective), ("assessment", Assessment), ("plan", Plan), ("patientFound", PatientFound), ("patientNext", PatientNext),
        }
        where field.Item2 is null
        select Error.OnField(field.Item1, "required");

    /// <summary>Name of a field of a line in the form, counted from 0.</summary>
    public static string Field(string name, int line) => string.Create(CultureInfo.InvariantCulture, $"{name}{line}");
}
