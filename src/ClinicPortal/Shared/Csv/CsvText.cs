using System.Buffers;
using System.Globalization;
using System.Text;

namespace ClinicPortal.Shared.Csv;

/// <summary>
/// Writes files that people open in a spreadsheet: UTF-8 with the mark by which Excel knows it. A cell that a spreadsheet would take for a formula
/// (OWASP, CSV Injection) begins with an apostrophe, so that what a patient or caller told is shown and never computed.
/// </summary>
public static class CsvText
{
    public const string ContentType = "text/csv; charset=utf-8";

    private static readonly SearchValues<char> Separators = SearchValues.Create(",\"\r\n;\t");
    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@\t\r\n＝＋－＠−");

    /// <param name="rows">The heading is the first.</param>
    public static byte[] File(IEnumerable<IEnumerable<string?>> rows) =>
        [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => Line(row) + "\r\n")))];

    public static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell));

    public static string Cell(string? value) => string.IsNullOrEmpty(value) ? "" : Quoted(IsNumber(value) ? value : Shown(value));

    /// <summary>Text that a spreadsheet would compute, so that it shows it.</summary>
    internal static string Shown(string text) =>
        text is [var begins, ..] && (Formulas.Contains(begins) || (text.AsSpan().TrimStart() is [var first, ..] && Formulas.Contains(first))) ? $"'{text}" : text;

    internal static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(Separators) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    /// <summary>A minus before digits is no formula, and an amount must stay one.</summary>
    private static bool IsNumber(string value) => decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
        && value[0] is '-' or (>= '0' and <= '9');
}
