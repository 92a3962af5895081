using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <param name="Details">What would be registered; null when there are problems.</param>
internal sealed record CheckedRow(CsvRow Row, PatientDetails? Details, IReadOnlyList<Error> Problems);

internal sealed record CheckedFile(IReadOnlyList<CheckedRow> Rows, IReadOnlyList<string> UnknownColumns)
{
    public IEnumerable<CheckedRow> Good => Rows.Where(r => r.Details is not null);

    /// <summary>Tells two previews apart that would import different rows.</summary>
    public string Fingerprint => CsvRow.Fingerprint(Good.Select(r => r.Row));
}

/// <summary>Checks every row of a file by itself, against the other rows, and against the patients that the clinic has.</summary>
public sealed class ImportCheck(PatientsDbContext db, PatientContexts contexts)
{
    internal async Task<Result<CheckedFile>> RunAsync(string content, CancellationToken cancellationToken)
    {
        var file = PatientFile.Read(content);
        if (!file.Succeeded)
        {
            return Result<CheckedFile>.Refused(file.Errors);
        }
        var context = await contexts.OwnAsync(cancellationToken);
        var known = await KnownAsync(context.Clinic.Id.Value, cancellationToken);
        return new CheckedFile([.. file.Value.Rows.Select(row => Check(row, context, known))], file.Value.UnknownColumns);
    }

    private static CheckedRow Check(CsvRow row, PatientContext context, Known known)
    {
        var reading = new PatientReader(PatientFile.Written(row), context);
        var details = reading.Read();
        Error[] problems = [.. reading.Problems, .. known.Meet(row)];
        return new CheckedRow(row, problems.Length == 0 ? details : null, problems);
    }

    /// <summary>The clinic's own patients only: whom another clinic looks after is not for this one to learn.</summary>
    private async Task<Known> KnownAsync(Guid clinicId, CancellationToken cancellationToken)
    {
        var known = new Known();
        var patients = await db.Patients.Where(p => p.PrimaryClinicId == clinicId)
            .Select(p => new { p.FamilyName, p.GivenName, p.BirthDate, p.ChartNumber }).ToListAsync(cancellationToken);
        foreach (var patient in patients)
        {
            known.Add(patient.FamilyName + patient.GivenName, patient.BirthDate, patient.ChartNumber);
        }
        return known;
    }

    /// <summary>Who is there already: in the database (line 0), and in the lines of the file read so far.</summary>
    private sealed class Known
    {
        private readonly Dictionary<(string Name, DateOnly BirthDate), int> people = [];
        private readonly Dictionary<string, int> chartNumbers = [];

        public void Add(string name, DateOnly birthDate, string? chartNumber)
        {
            people.TryAdd((SearchText.Letters(name), birthDate), 0);
            if (chartNumber is not null)
            {
                chartNumbers.TryAdd(chartNumber, 0);
            }
        }

        public IEnumerable<Error> Meet(CsvRow row)
        {
            var name = SearchText.Letters(row[PatientColumns.FamilyName] + row[PatientColumns.GivenName]);
            if (WrittenDate.TryParse(row[PatientColumns.BirthDate], out var birthDate) && !people.TryAdd((name, birthDate), row.Line))
            {
                yield return people[(name, birthDate)] is var line and > 0
                    ? Error.OnField(PatientField.FamilyName, "import.same-person-in-line", line)
                    : Error.OnField(PatientField.FamilyName, "patient.exists");
            }
            if (row[PatientColumns.ChartNumber] is { Length: > 0 } number && !chartNumbers.TryAdd(number, row.Line))
            {
                yield return chartNumbers[number] is var line and > 0
                    ? Error.OnField(PatientField.ChartNumber, "import.same-chart-number-in-line", line)
                    : Error.OnField(PatientField.ChartNumber, "patient.chart-number-exists");
            }
        }
    }
}
