using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <summary>A CSV file of patients. What the cells mean is <see cref="PatientReader"/>'s business.</summary>
internal static class PatientFile
{
    public const int MaxBytes = 5 * 1024 * 1024;
    public const int MaxRows = 5000;

    public static Result<CsvFile> Read(string text) => CsvFile.Read(text, PatientColumns.All, PatientColumns.Required, MaxRows);

    public static WrittenPatient Written(CsvRow row) => WrittenPatient.From(row.Cells.SelectMany(cell => PatientColumns.Field(cell.Key) switch
    {
        // A date may have slashes of its own: name/size/last change.
        PatientField.Devices => Rows(PatientField.Devices, PatientField.DeviceParts, cell.Value),
        // Name/relation/phone.
        PatientField.KeyPersons => Rows(PatientField.KeyPersons, PatientField.PersonParts, cell.Value),
        var field => [KeyValuePair.Create<string, string?>(field, cell.Value)],
    }));

    private static IEnumerable<KeyValuePair<string, string?>> Rows(string group, IReadOnlyList<string> parts, string cell) =>
        cell.Split(PatientReader.ListSeparators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .SelectMany((entry, row) => WrittenPatient.Row(group, row, parts, entry.Split('/', parts.Count, StringSplitOptions.TrimEntries)));
}
