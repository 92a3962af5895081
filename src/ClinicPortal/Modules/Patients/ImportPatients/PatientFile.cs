using System.Text;
using System.Text.Unicode;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Results;
using CsvHelper;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <summary>One row as it stands in the file.</summary>
/// <param name="Line">Line of the file, the heading being 1.</param>
internal sealed record FileRow(int Line, IReadOnlyDictionary<string, string> Cells)
{
    /// <summary>Empty for a column that the file does not have.</summary>
    public string this[string column] => Cells.GetValueOrDefault(column, "");

    public WrittenPatient Written() => WrittenPatient.From(Cells.SelectMany(cell => PatientColumns.Field(cell.Key) switch
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

/// <summary>A CSV file of patients: its text, its heading, its rows. What the cells mean is <see cref="PatientReader"/>'s business.</summary>
/// <param name="UnknownColumns">Headings that mean nothing here; their cells are not imported.</param>
internal sealed record PatientFile(IReadOnlyList<FileRow> Rows, IReadOnlyList<string> UnknownColumns)
{
    public const int MaxBytes = 5 * 1024 * 1024;
    public const int MaxRows = 5000;

    private const int WindowsJapanese = 932;

    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        TrimWhitespace = true,
        AllowLineBreaksInQuotes = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <summary>UTF-8 with or without its mark, else Shift_JIS as Excel writes it in Japan.</summary>
    public static Result<string> Decode(byte[] bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return StorableText.Of(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'));
        }
        try
        {
            return StorableText.Of(ShiftJis().GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return Error.OnField("file", "import.not-text");
        }
    }

    public static Result<PatientFile> Read(string text)
    {
        try
        {
            using var csv = CsvReader.FromText(text, Format);
            csv.ReadHeader();
            var missing = PatientColumns.Required.Except(csv.Headers).ToList();
            if (missing.Count > 0)
            {
                return Error.OnField("file", "import.columns-missing", string.Join("、", missing));
            }
            var rows = ReadRows(csv);
            return rows.Count switch
            {
                0 => Error.OnField("file", "import.no-rows"),
                > MaxRows => Error.OnField("file", "import.too-many-rows", MaxRows),
                _ => new PatientFile(rows, [.. csv.Headers.Except(PatientColumns.All).Where(h => h.Length > 0)]),
            };
        }
        catch (CsvFormatException malformed)
        {
            return Error.OnField("file", "import.not-csv", malformed.LineNumber);
        }
    }

    private static List<FileRow> ReadRows(CsvReader csv)
    {
        var columns = csv.Headers.Index().Where(h => PatientColumns.All.Contains(h.Item)).DistinctBy(h => h.Item).ToList();
        var rows = new List<FileRow>();
        while (rows.Count <= MaxRows && csv.Read())
        {
            var cells = columns.ToDictionary(c => c.Item, c => csv.GetString(c.Index).Trim());
            if (cells.Values.Any(cell => cell.Length > 0))
            {
                rows.Add(new FileRow((int)csv.LineNumber, cells));
            }
        }
        return rows;
    }

    private static Encoding ShiftJis() =>
        CodePagesEncodingProvider.Instance.GetEncoding(WindowsJapanese, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
}
