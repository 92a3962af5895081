using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using ClinicPortal.Shared.Results;
using CsvHelper;

namespace ClinicPortal.Shared.Csv;

/// <summary>One row as it stands in the file.</summary>
/// <param name="Line">Line of the file, the heading being 1.</param>
public sealed record CsvRow(int Line, IReadOnlyDictionary<string, string> Cells)
{
    /// <summary>Empty for a column that the file does not have.</summary>
    public string this[string column] => Cells.GetValueOrDefault(column, "");

    /// <summary>The same for the same rows of a file that is already known, and only for them.</summary>
    public static string Fingerprint(IEnumerable<CsvRow> rows) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', rows.Select(row => row.Line)))))[..16];
}

/// <summary>A CSV file that people made in a spreadsheet: its heading and its rows. What the cells mean is for others to say.</summary>
/// <param name="UnknownColumns">Headings that mean nothing here; their cells are left out.</param>
public sealed record CsvFile(IReadOnlyList<CsvRow> Rows, IReadOnlyList<string> UnknownColumns)
{
    private const int WindowsJapanese = 932;

    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        TrimWhitespace = true,
        AllowLineBreaksInQuotes = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <summary>The text of an upload, if it is one and not too large.</summary>
    public static async Task<Result<string>> DecodeAsync(IFormFile? file, int maxBytes, CancellationToken cancellationToken)
    {
        if (file is not { Length: > 0 })
        {
            return Error.OnField("file", "import.no-file");
        }
        if (file.Length > maxBytes)
        {
            return Error.OnField("file", "import.too-large", maxBytes / 1024 / 1024);
        }
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellationToken);
        return Decode(bytes.ToArray());
    }

    /// <param name="columns">Headings that mean something.</param>
    /// <param name="required">Those of them that must be there.</param>
    public static Result<CsvFile> Read(string text, IReadOnlyList<string> columns, IReadOnlyList<string> required, int maxRows)
    {
        try
        {
            using var csv = CsvReader.FromText(text, Format);
            csv.ReadHeader();
            var missing = required.Except(csv.Headers).ToList();
            if (missing.Count > 0)
            {
                return Error.OnField("file", "import.columns-missing", string.Join("、", missing));
            }
            var rows = ReadRows(csv, columns, maxRows);
            return rows.Count == 0 ? Error.OnField("file", "import.no-rows")
                : rows.Count > maxRows ? Error.OnField("file", "import.too-many-rows", maxRows)
                : new CsvFile(rows, [.. csv.Headers.Except(columns).Where(h => h.Length > 0)]);
        }
        catch (CsvFormatException malformed)
        {
            return Error.OnField("file", "import.not-csv", malformed.LineNumber);
        }
    }

    /// <summary>An empty file with these headings, with the byte order mark by which Excel knows UTF-8.</summary>
    public static byte[] Template(IEnumerable<string> columns) => CsvText.File([columns]);

    /// <summary>UTF-8 with or without its mark, else Shift_JIS as Excel writes it in Japan.</summary>
    private static Result<string> Decode(byte[] bytes)
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

    private static List<CsvRow> ReadRows(CsvReader csv, IReadOnlyList<string> known, int maxRows)
    {
        var columns = csv.Headers.Index().Where(h => known.Contains(h.Item)).DistinctBy(h => h.Item).ToList();
        var rows = new List<CsvRow>();
        while (rows.Count <= maxRows && csv.Read())
        {
            var cells = columns.ToDictionary(c => c.Item, c => csv.GetString(c.Index).Trim());
            if (cells.Values.Any(cell => cell.Length > 0))
            {
                rows.Add(new CsvRow((int)csv.LineNumber, cells));
            }
        }
        return rows;
    }

    private static Encoding ShiftJis() =>
        CodePagesEncodingProvider.Instance.GetEncoding(WindowsJapanese, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
}
