using System.Text;

namespace ClinicPortal.Shared;

/// <summary>Readings of names. They are kept in full-width katakana, however they were typed.</summary>
public static class Kana
{
    private const int HiraganaToKatakana = 'ァ' - 'ぁ';

    public static char ToKatakana(char letter) => letter is >= 'ぁ' and <= 'ゖ' ? (char)(letter + HiraganaToKatakana) : letter;

    /// <summary>Half-width kana and hiragana become katakana; anything else stays and makes the answer false.</summary>
    public static bool TryRead(string text, out string katakana)
    {
        katakana = string.Concat(text.Normalize(NormalizationForm.FormKC).Select(ToKatakana));
        return katakana.All(letter => letter is >= 'ァ' and <= 'ヺ' or 'ー' or '・' or ' ');
    }
}
