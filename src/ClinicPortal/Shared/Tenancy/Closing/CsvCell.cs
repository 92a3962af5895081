using System.Collections;
using System.Globalization;
using ClinicPortal.Shared.Csv;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>A value of any kind as a cell of a file that people will open in a spreadsheet; text as <see cref="CsvText"/> makes it harmless.</summary>
public static class CsvCell
{
    public static string Line(IEnumerable<object?> values) => string.Join(',', values.Select(Of));

    public static string Of(object? value) => CsvText.Quoted(value switch
    {
        null or DBNull => "",
        string written => CsvText.Shown(written),
        DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
        DateTime at => at.ToString("O", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Enum named => named.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list and not string when list.Cast<object?>().All(item => item is string or Guid or null) => CsvText.Shown(string.Join(' ', list.Cast<object?>())),
        _ => CsvText.Shown(SettingsJson.Write(value)),
    });
}
