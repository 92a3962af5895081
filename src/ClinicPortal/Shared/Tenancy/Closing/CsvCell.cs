using System.Collections;
using System.Globalization;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>One cell of a CSV file that people will open in a spreadsheet.</summary>
public static class CsvCell
{
    private const string BeginsAFormula = "=+-@\t\r\n=+−@";

    public static string Line(IEnumerable<object?> values) => string.Join(',', values.Select(Of));

    public static string Of(object? value)
    {
        var text = value switch
        {
            null or DBNull => "",
            string written => Harmless(written),
            DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
            DateTime at => at.ToString("O", CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            bool yes => yes ? "true" : "false",
            byte[] bytes => Convert.ToHexStringLower(bytes),
            Enum named => named.ToString(),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            IEnumerable list and not string when list.Cast<object?>().All(item => item is string or Guid or null) => Harmless(string.Join(' ', list.Cast<object?>())),
            _ => Harmless(SettingsJson.Write(value)),
        };
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Text that a spreadsheet would compute is shown instead (CWE-1236).</summary>
    private static string Harmless(string text) =>
        text.TrimStart(' ', ' ') is [var first, ..] && BeginsAFormula.Contains(first, StringComparison.Ordinal) ? $"'{text}" : text;
}
