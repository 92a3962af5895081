using System.Text;
using ClinicPortal.Shared;

namespace ClinicPortal.Modules.Billing.Zengin;

/// <summary>
/// The letters of the banks' files: figures, capitals, a few signs and half-width kana, one byte each in JIS X 0201, which is what Shift_JIS writes for them
/// as well.
/// </summary>
public static class ZenginText
{
    private const string Signs = "()-./,\\｢｣+?:'";
    private const char FirstKana = '｡';
    private const char LastKana = 'ﾟ';
    private const int KanaByte = 0xA1;

    private const string Full = "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー・「」。、ヮヰヱヵヶ";
    private static readonly string[] Half =
    [
        "ｶﾞ", "ｷﾞ", "ｸﾞ", "ｹﾞ", "ｺﾞ", "ｻﾞ", "ｼﾞ", "ｽﾞ", "ｾﾞ", "ｿﾞ", "ﾀﾞ", "ﾁﾞ", "ﾂﾞ", "ﾃﾞ", "ﾄﾞ", "ﾊﾞ", "ﾋﾞ", "ﾌﾞ", "ﾍﾞ", "ﾎﾞ", "ﾊﾟ", "ﾋﾟ", "ﾌﾟ", "ﾍﾟ", "ﾎﾟ", "ｳﾞ",
        "ｱ", "ｲ", "ｳ", "ｴ", "ｵ", "ｶ", "ｷ", "ｸ", "ｹ", "ｺ", "ｻ", "ｼ", "ｽ", "ｾ", "ｿ", "ﾀ", "ﾁ", "ﾂ", "ﾃ", "ﾄ", "ﾅ", "ﾆ", "ﾇ", "ﾈ", "ﾉ", "ﾊ", "ﾋ", "ﾌ", "ﾍ", "ﾎ", "ﾏ", "ﾐ", "ﾑ", "ﾒ", "ﾓ",
        "ﾔ", "ﾕ", "ﾖ", "ﾗ", "ﾘ", "ﾙ", "ﾚ", "ﾛ", "ﾜ", "ｦ", "ﾝ", "ｱ", "ｲ", "ｳ", "ｴ", "ｵ", "ﾔ", "ﾕ", "ﾖ", "ﾂ", "-", ".", "｢", "｣", ".", ",", "ﾜ", "ｲ", "ｴ", "ｶ", "ｹ",
    ];

    /// <summary>As a bank would write it: half-width, capitals, no small kana, the long vowel as a hyphen.</summary>
    /// <returns>False where a letter is left that no bank writes: a kanji.</returns>
    public static bool TryWrite(string text, out string written)
    {
        var built = new StringBuilder();
        foreach (var letter in text.Normalize(NormalizationForm.FormKC).ToUpperInvariant().Select(Kana.ToKatakana))
        {
            var at = Full.IndexOf(letter, StringComparison.Ordinal);
            _ = at >= 0 ? built.Append(Half[at]) : built.Append(letter switch
            {
                '　' => ' ',
                '－' or '‐' or '―' or '−' => '-',
                '¥' or '￥' => '\\',
                _ => letter,
            });
        }
        written = built.ToString();
        return written.All(MayStand);
    }

    /// <summary>For comparing: what banks and people write differently is the same.</summary>
    public static string Comparable(string text)
    {
        TryWrite(text, out var written);
        return string.Concat(written.Where(letter => letter is not (' ' or '-' or '.' or ',' or '(' or ')' or '/' or '｢' or '｣')));
    }

    public static bool MayStand(char letter) =>
        letter is ' ' or (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= FirstKana and <= LastKana) || Signs.Contains(letter, StringComparison.Ordinal);

    /// <returns>Null where a byte is none of JIS X 0201.</returns>
    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            if (value is >= 0x20 and <= 0x7E)
            {
                text.Append((char)value);
            }
            else if (value is >= KanaByte and <= 0xDF)
            {
                text.Append((char)(value - KanaByte + FirstKana));
            }
            else
            {
                return null;
            }
        }
        return text.ToString();
    }

    public static byte[] Encode(string text) => [.. text.Select(letter =>
        letter is >= FirstKana and <= LastKana ? (byte)(letter - FirstKana + KanaByte)
        : letter is >= ' ' and <= '~' ? (byte)letter
        : throw new ArgumentException($"U+{(int)letter:X4} is no letter of the banks' files.", nameof(text)))];
}
