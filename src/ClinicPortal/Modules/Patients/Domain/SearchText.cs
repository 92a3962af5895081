using System.Collections.Frozen;
using System.Text;
using ClinicPortal.Shared;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>The form in which names, kana and phone numbers are compared, whatever way they were typed.</summary>
public static class SearchText
{
    /// <summary>Marks the term of a whole name or number, so that its beginning and its inside can be asked for apart.</summary>
    public const char WholeMark = '^';

    private const int ShortestPhonePart = PatientQuery.FewestDigits;

    /// <summary>
    /// Insurance papers write small kana large, and names are said without knowing which form of a character they are written with.
    /// </summary>
    private static readonly FrozenDictionary<char, char> Folded = Pairs(
        "ァア ィイ ゥウ ェエ ォオ ッツ ャヤ ュユ ョヨ ヮワ 髙高 﨑崎 濵浜 濱浜 邊辺 邉辺 齋斉 齊斉 斎斉 澤沢 嶋島 嶌島 櫻桜 廣広 國国 龍竜 惠恵 眞真 德徳 彌弥 曾曽 瀧滝 槇槙 藪薮 萬万 與与 圓円");

    /// <summary>Full width, katakana, upper case, without spaces and marks: <c>まえだ せつこ</c> and <c>マエダ セツコ</c> are <c>マエダセツコ</c>.</summary>
    public static string Letters(string text)
    {
        var normal = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormKC))
        {
            var katakana = Kana.ToKatakana(character);
            if (char.IsLetterOrDigit(katakana) || katakana is 'ー' or '々')
            {
                normal.Append(char.ToUpperInvariant(Folded.GetValueOrDefault(katakana, katakana)));
            }
        }
        return normal.ToString();
    }

    /// <summary>The whole and every end of it: a question for any part is a question for how one of these begins.</summary>
    internal static IEnumerable<string> TermsOfLetters(string letters) => Terms(letters, shortest: 1);

    internal static IEnumerable<string> TermsOfPhone(string digits) => Terms(digits, ShortestPhonePart);

    private static IEnumerable<string> Terms(string text, int shortest)
    {
        if (text.Length < shortest)
        {
            yield break;
        }
        yield return WholeMark + text;
        for (var start = 1; start <= text.Length - shortest; start++)
        {
            yield return text[start..];
        }
    }

    private static FrozenDictionary<char, char> Pairs(string pairs) =>
        pairs.Split(' ').ToFrozenDictionary(pair => pair[0], pair => pair[1]);
}
