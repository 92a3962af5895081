using System.Globalization;
using System.Text.Json.Nodes;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>Between a form's text and the draft's value. Nothing is judged here: that is the settings' own rules' business.</summary>
internal static class WrittenSetting
{
    public static string Text(SettingField field, JsonNode? value) => field.Kind == SettingKind.Rows
        ? string.Join('\n', (value as JsonArray ?? []).Select(row => string.Join(' ', field.Parts.Select(part => SettingsDraft.Shown(row?[part])))))
        : SettingsDraft.Shown(value);

    /// <returns>Null where nothing was written.</returns>
    public static JsonNode? Value(SettingField field, string? text) => field.Kind switch
    {
        SettingKind.Rows => new JsonArray([.. (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => Row(field.Parts, line))]),
        SettingKind.Check => text is not null,
        // Thousands are separated where people write sums.
        SettingKind.Number when Plain(text) is { } plain && int.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    /// <summary>The last parts are single words; the first may have spaces of its own.</summary>
    private static JsonObject Row(IReadOnlyList<string> parts, string line)
    {
        var words = line.Split([' ', ' ', '\t', '〜', '~'], StringSplitOptions.RemoveEmptyEntries);
        var first = Math.Max(0, words.Length - parts.Count + 1);
        List<string> cells = [string.Join(' ', words[..first]), .. words[first..]];
        var row = new JsonObject();
        foreach (var (index, part) in parts.Index())
        {
            var cell = index < cells.Count ? cells[index] : null;
            row[part] = part is "yen" or "upToPatients" ? Plain(cell) : cell;
        }
        return row;
    }

    private static string? Plain(string? number) => number?.Replace(",", "", StringComparison.Ordinal);
}
