using System.Globalization;
using System.Text.Json.Nodes;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>Between a form's text and the draft's value. Nothing is judged here: that is the settings' own rules' business.</summary>
internal static class WrittenSetting
{
    /// <summary>Stands for a part of a line that is left out before others that are not.</summary>
    private const string Nothing = "-";

    public static string Text(SettingField field, JsonNode? value) => field.Kind switch
    {
        SettingKind.Rows => Joined(value, "\n", row => string.Join(' ', field.Parts.Select(part => SettingsDraft.Shown(row?[part]) is { Length: > 0 } cell ? cell : Nothing)).TrimEnd(' ', Nothing[0])),
        SettingKind.Questions => WrittenQuestions.Text(value),
        SettingKind.Words => Joined(value, "、", SettingsDraft.Shown),
        SettingKind.Numbers => Joined(value, ", ", SettingsDraft.Shown),
        SettingKind.Codes => Joined(value, "\n", entry => SettingsDraft.Shown(entry?["code"])),
        SettingKind.Section => value is null ? "" : "true",
        SettingKind.Prose => SettingsDraft.Shown(value).Trim(),
        _ => SettingsDraft.Shown(value),
    };

    /// <summary>What was not touched stays as it is, to the last blank of a file it came from.</summary>
    /// <param name="path">Where it is written to, should that have moved since the page was made.</param>
    public static void Write(SettingsDraft draft, SettingsPart part, SettingField field, string path, FormPost form)
    {
        var typed = form.Text(field.Path)?.ReplaceLineEndings("\n");
        if (field.Kind is SettingKind.Prose or SettingKind.Words or SettingKind.Numbers or SettingKind.Questions
            && draft.Find(part, path) is { } before && Text(field, before) == (typed ?? ""))
        {
            return;
        }
        draft.Set(part, path, Value(field, typed));
    }

    public static IEnumerable<string> Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <returns>Null where nothing was written.</returns>
    public static JsonNode? Value(SettingField field, string? text) => field.Kind switch
    {
        SettingKind.Rows => new JsonArray([.. Lines(text).Select(line => Row(field.Parts, line))]),
        SettingKind.Questions => WrittenQuestions.Read(text),
        SettingKind.Words => new JsonArray([.. Split(text, '、', ',', '\n').Select(word => (JsonNode)word)]),
        SettingKind.Numbers => new JsonArray([.. Split(text, ',', '、', ' ', '\n').Select(Number)]),
        SettingKind.Check => text is not null,
        // Thousands are separated where people write sums.
        SettingKind.Number when text is not null => Number(text),
        _ => text,
    };

    /// <summary>The last parts are single words; the first may have spaces of its own. A line of many parts may end before the last.</summary>
    private static JsonObject Row(IReadOnlyList<string> parts, string line)
    {
        var words = line.Split([' ', ' ', '\t', '〜', '~'], StringSplitOptions.RemoveEmptyEntries);
        var first = Math.Max(0, words.Length - parts.Count + 1);
        List<string> cells = first == 0 && parts.Count > 2 ? [.. words] : [string.Join(' ', words[..first]), .. words[first..]];
        var row = new JsonObject();
        foreach (var (index, part) in parts.Index())
        {
            var cell = index < cells.Count ? cells[index] : null;
            row[part] = cell == Nothing ? null : part is "yen" or "upToPatients" ? Plain(cell) : cell;
        }
        return row;
    }

    private static string Joined(JsonNode? list, string separator, Func<JsonNode?, string> shown) => string.Join(separator, (list as JsonArray ?? []).Select(shown));

    private static string[] Split(string? text, params char[] separators) =>
        (text ?? "").Split(separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static JsonNode Number(string text) =>
        int.TryParse(Plain(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text;

    private static string? Plain(string? number) => number?.Replace(",", "", StringComparison.Ordinal);
}
