using System.Diagnostics.CodeAnalysis;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>
/// 医療機関コード in ten digits: prefecture 2, points table 1 (1 medical, 3 dental, 4 pharmacy, 6 home nursing), number 7;
/// the Luhn sum over all ten is a multiple of ten.
/// </summary>
public readonly record struct InstitutionCode : IParsable<InstitutionCode>
{
    private const int Digits = 10;
    private const int Prefectures = 47;

    private readonly string? value;

    private InstitutionCode(string value) => this.value = value;

    public override string ToString() => value ?? "";

    public static InstitutionCode Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var code) ? code : throw new FormatException($"'{s}' is not an institution code.");

    public static bool TryParse([NotNullWhen(true)] string? s, out InstitutionCode result) => TryParse(s, null, out result);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InstitutionCode result)
    {
        result = default;
        if (s is null || s.Length != Digits || !s.All(char.IsAsciiDigit)
            || int.Parse(s.AsSpan(0, 2), provider) is < 1 or > Prefectures
            || s[2] is not ('1' or '3' or '4' or '6')
            || LuhnSum(s) % 10 != 0)
        {
            return false;
        }

        result = new InstitutionCode(s);
        return true;
    }

    private static int LuhnSum(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var weighted = i % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }

        return sum;
    }
}
