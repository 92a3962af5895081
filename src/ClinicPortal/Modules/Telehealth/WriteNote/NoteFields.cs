using System.Globalization;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Telehealth.WriteNote;

/// <summary>Reads a note from its form, and writes one into it.</summary>
internal static class NoteFields
{
    public static IReadOnlyList<string> Vitals { get; } = ["temperature", "pulse", "systolic", "diastolic", "respiration", "spO2"];

    public static Result<WrittenNote> Read(FormPost form)
    {
        var errors = new List<Error>();
        var figures = new FormFigures(form, errors, "note.not-a-number", "note.not-whole");
        var content = new NoteContent
        {
            Vitals = new NoteVitals(figures.Number("temperature"), figures.Whole("systolic"), figures.Whole("diastolic"), figures.Whole("pulse"), figures.Whole("respiration"), figures.Whole("spO2")),
            Subjective = form.Text("subjective"),
            Objective = form.Text("objective"),
            Assessment = form.Text("assessment"),
            Plan = form.Text("plan"),
            Lines = [.. Lines()],
            PrescriptionText = form.Text("prescriptionText"),
            PharmacyId = form.Value<Guid>("pharmacy"),
            PatientFound = form.Text("patientFound"),
            PatientNext = form.Text("patientNext"),
        };
        return errors.Count > 0 ? Result<WrittenNote>.Refused(errors)
            : new WrittenNote(content, form.Value<uint>("version") ?? 0, form.Text("do") == "sign");

        // Rows stay where they were typed, so that an error stands beside its row; the note leaves empty ones out when it keeps them.
        IEnumerable<PrescriptionLine> Lines()
        {
            var last = Enumerable.Range(0, NoteContent.MostLines).LastOrDefault(IsUsed, -1);
            for (var i = 0; i <= last; i++)
            {
                yield return new PrescriptionLine(Text("drug", i) ?? "", Text("dose", i), figures.Whole(NoteContent.Field("days", i)));
            }
        }

        bool IsUsed(int line) => (Text("drug", line) ?? Text("dose", line) ?? Text("days", line)) is not null;

        string? Text(string name, int line) => form.Text(NoteContent.Field(name, line));
    }

    /// <summary>The saved note as the form's fields would hold it.</summary>
    public static IReadOnlyDictionary<string, string?> Write(NoteContent content)
    {
        var fields = new Dictionary<string, string?>
        {
            ["temperature"] = content.Vitals.Temperature?.ToString("0.0", CultureInfo.InvariantCulture),
            ["systolic"] = Text(content.Vitals.Systolic),
            ["diastolic"] = Text(content.Vitals.Diastolic),
            ["pulse"] = Text(content.Vitals.Pulse),
            ["respiration"] = Text(content.Vitals.Respiration),
            ["spO2"] = Text(content.Vitals.SpO2),
            ["subjective"] = content.Subjective,
            ["objective"] = content.Objective,
            ["assessment"] = content.Assessment,
            ["plan"] = content.Plan,
            ["prescriptionText"] = content.PrescriptionText,
            ["pharmacy"] = content.PharmacyId?.ToString(),
            ["patientFound"] = content.PatientFound,
            ["patientNext"] = content.PatientNext,
        };
        for (var i = 0; i < content.Lines.Count; i++)
        {
            fields[NoteContent.Field("drug", i)] = content.Lines[i].Drug;
            fields[NoteContent.Field("dose", i)] = content.Lines[i].Dose;
            fields[NoteContent.Field("days", i)] = Text(content.Lines[i].Days);
        }
        return fields;

        static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
    }
}
