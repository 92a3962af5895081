using System.Diagnostics.CodeAnalysis;

namespace ClinicPortal.Shared.Money;

/// <summary>
/// 登録番号 of a qualified invoice issuer: T and a 13-digit corporate number whose first digit is a check digit,
/// 9 − (Σ digit × 1, 2, 1, 2 … from the right mod 9).
/// </summary>
/// <remarks>A sole proprietor's number follows no published rule, so none is accepted here: associations and clinics' corporations only.</remarks>
public readonly record struct RegistrationNumber : IParsable<RegistrationNumber>
{
    private const int Digits = 13;

    private readonly string? value;

    private RegistrationNumber(string value) => this.value = value;

    public override string ToString() => value ?? "";

    public static RegistrationNumber Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var number) ? number : throw new FormatException($"'{s}' is not a registration number.");

    public static bool TryParse([NotNullWhen(true)] string? s, out RegistrationNumber result) => TryParse(s, null, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RegistrationNumber result)
    {
        result = default;
        if (s is not ['T', .. var digits] || digits.Length != Digits || !digits.All(char.IsAsciiDigit) || digits[0] - '0' != CheckDigit(digits.AsSpan(1)))
        {
            return false;
        }

        result = new RegistrationNumber(s);
        return true;
    }

    private static int CheckDigit(ReadOnlySpan<char> body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var weight = (body.Length - i) % 2 == 1 ? 1 : 2;
            sum += (body[i] - '0') * weight;
        }

        return 9 - (sum % 9);
    }
}
