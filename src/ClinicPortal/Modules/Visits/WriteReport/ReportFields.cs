using System.Globalization;
using ClinicPortal.Modules.Visits.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Visits.WriteReport;

/// <summary>Reads a report from the night phone's form, and writes one into it. Fields are named as in the API.</summary>
internal static class ReportFields
{
    private const string LocalTime = "yyyy-MM-dd'T'HH:mm";

    public static Result<ReportContent> Read(FormPost form, TimeZoneInfo zone)
    {
        var errors = new List<Error>();
        var figures = new FormFigures(form, errors, "report.not-a-number", "report.not-whole");
        // Switched off, the fields about the death are hidden; what may still be in them does not count.
        var endOfLife = form.Checked("endOfLife");
        var content = new ReportContent
        {
            Vitals = new Vitals(
                figures.Number("vitals.temperature"), figures.Whole("vitals.systolic"), figures.Whole("vitals.diastolic"), figures.Whole("vitals.pulse"),
                figures.Whole("vitals.respiration"), figures.Whole("vitals.spO2"), form.Text("vitals.consciousness")),
            Findings = form.Text("findings"),
            Treatment = form.Text("treatment"),
            Prescription = form.Text("prescription"),
            NextStep = form.Text("nextStep"),
            FreeText = form.Text("freeText"),
            EndOfLife = endOfLife,
            DeathExpected = endOfLife && form.Text("deathExpected") is { } expected ? expected == "true" : null,
            TimeOfDeath = endOfLife ? Moment("timeOfDeath") : null,
            DeathConfirmedAt = endOfLife ? Moment("deathConfirmedAt") : null,
            PresentAtDeath = endOfLife ? form.Text("presentAtDeath") : null,
        };
        return errors.Count == 0 ? content : Result<ReportContent>.Refused(errors);

        DateTimeOffset? Moment(string field)
        {
            if (form.Text(field) is not { } text)
            {
                return null;
            }
            if (DateTime.TryParseExact(text, LocalTime, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            {
                return WallClock.At(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local), zone);
            }
            errors.Add(Error.OnField(field, "report.not-a-time"));
            return null;
        }
    }

    /// <summary>The saved draft as the form's fields would hold it.</summary>
    public static IReadOnlyDictionary<string, string?> Write(ReportContent content, TimeZoneInfo zone)
    {
        return new Dictionary<string, string?>
        {
            ["vitals.temperature"] = content.Vitals.Temperature?.ToString("0.0", CultureInfo.InvariantCulture),
            ["vitals.systolic"] = Text(content.Vitals.Systolic),
            ["vitals.diastolic"] = Text(content.Vitals.Diastolic),
            ["vitals.pulse"] = Text(content.Vitals.Pulse),
            ["vitals.respiration"] = Text(content.Vitals.Respiration),
            ["vitals.spO2"] = Text(content.Vitals.SpO2),
            ["vitals.consciousness"] = content.Vitals.Consciousness,
            ["findings"] = content.Findings,
            ["treatment"] = content.Treatment,
            ["prescription"] = content.Prescription,
            ["nextStep"] = content.NextStep,
            ["freeText"] = content.FreeText,
            ["endOfLife"] = content.EndOfLife ? "true" : null,
            ["deathExpected"] = content.DeathExpected switch { true => "true", false => "false", null => null },
            ["timeOfDeath"] = Moment(content.TimeOfDeath),
            ["deathConfirmedAt"] = Moment(content.DeathConfirmedAt),
            ["presentAtDeath"] = content.PresentAtDeath,
        };

        static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

        string? Moment(DateTimeOffset? at) =>
            at is { } instant ? TimeZoneInfo.ConvertTime(instant, zone).ToString(LocalTime, CultureInfo.InvariantCulture) : null;
    }
}
