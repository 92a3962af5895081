using System.Text;
using System.Text.RegularExpressions;

namespace ClinicPortal.Modules.NightDesk.OpenCase;

/// <summary>The same town block is written 経堂一丁目, 経堂1丁目 and 経堂1-.</summary>
internal static partial class TownNames
{
    private const string KanjiDigits = "〇一二三四五六七八九";

    public static string Normalise(string text)
    {
        var plain = text.Normalize(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal);
        plain = BlockNumber().Replace(plain, match => Number(match.Groups[1].Value) + "丁目");
        return Hyphenated().Replace(plain, "$1$2丁目", 1);
    }

    /// <summary>世田谷区経堂一丁目 → 経堂一丁目.</summary>
    public static string WithoutWard(string name) => name[(name.IndexOf('区') + 1)..];

    private static string Number(string kanji) => kanji switch
    {
        "十" => "10",
        ['十', var unit] => $"1{KanjiDigits.IndexOf(unit)}",
        [var unit] => KanjiDigits.IndexOf(unit).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => kanji,
    };

    [GeneratedRegex("([一二三四五六七八九十]{1,2})丁目")]
    private static partial Regex BlockNumber();

    [GeneratedRegex(@"(\D)(\d{1,2})[-‐−–](?=\d)")]
    private static partial Regex Hyphenated();
}
