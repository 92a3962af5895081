using System.Text.Json.Nodes;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>
/// A questionnaire as lines of text: <c>code* | kind | 日本語 | English | one=一つ/One; two=二つ/Two</c>, where the star says that an answer is
/// required and the last part is of a choice. Nothing is judged here.
/// </summary>
internal static class WrittenQuestions
{
    private const char Part = '|';

    public static string Text(JsonNode? questions) => string.Join('\n', (questions as JsonArray ?? []).Select(question => string.Join(
        $" {Part} ",
        ((string[])
        [
            SettingsDraft.Shown(question?["code"]) + (question?["required"]?.ToString() == "true" ? "*" : ""), Kind(SettingsDraft.Shown(question?["kind"])),
            Label(question, "ja"), Label(question, "en"), string.Join("; ", (question?["options"] as JsonArray ?? []).Select(Option)),
        ]).Select((part, index) => index < 4 || part.Length > 0 ? part : null).OfType<string>())));

    public static JsonArray Read(string? text) => new([.. WrittenSetting.Lines(text).Select(Question)]);

    private static JsonObject Question(string line)
    {
        var parts = line.Split(Part, 5, StringSplitOptions.TrimEntries);
        string? Of(int index) => index < parts.Length && parts[index].Length > 0 ? parts[index] : null;
        var question = new JsonObject
        {
            ["code"] = Of(0)?.TrimEnd('*').TrimEnd(),
            ["label"] = new JsonObject { ["ja"] = Of(2), ["en"] = Of(3) },
            ["kind"] = Of(1),
            ["required"] = Of(0)?.EndsWith('*') == true,
        };
        if (Of(4) is { } options)
        {
            question["options"] = new JsonArray([.. options.Split([';', '\uFF1B'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ReadOption)]);
        }
        return question;
    }

    private static JsonObject ReadOption(string option)
    {
        var (code, labels) = Halves(option, '=', '\uFF1D');
        var (ja, en) = Halves(labels ?? "", '/', '\uFF0F');
        return new JsonObject { ["code"] = code, ["label"] = new JsonObject { ["ja"] = ja, ["en"] = en } };
    }

    private static (string? First, string? Second) Halves(string text, params char[] separators)
    {
        var parts = text.Split(separators, 2, StringSplitOptions.TrimEntries);
        return (parts[0].Length > 0 ? parts[0] : null, parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null);
    }

    private static string Option(JsonNode? option) =>
        $"{option?["code"]}={Label(option, "ja").Replace('/', '\uFF0F').Replace(';', '\uFF1B')}/{Label(option, "en").Replace(';', '\uFF1B')}";

    /// <summary>What separates parts stands in them in its wide form.</summary>
    private static string Label(JsonNode? owner, string language) => SettingsDraft.Shown(owner?["label"]?[language]).Replace(Part, '\uFF5C');

    private static string Kind(string kind) => kind.Length == 0 ? kind : char.ToLowerInvariant(kind[0]) + kind[1..];
}
