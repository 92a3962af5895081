using System.Text;

namespace ClinicPortal.Shared;

public static class PhoneDigits
{
    /// <summary>Digits of a phone number as dialled within Japan: <c>+81 3-5555-5204</c> and <c>03-5555-5204</c> are the same.</summary>
    public static string Of(string text)
    {
        var normal = text.Normalize(NormalizationForm.FormKC).Trim();
        var digits = string.Concat(normal.Where(char.IsAsciiDigit));
        return normal.StartsWith("+81", StringComparison.Ordinal) ? string.Concat("0", digits.AsSpan(2).TrimStart('0')) : digits;
    }
}
