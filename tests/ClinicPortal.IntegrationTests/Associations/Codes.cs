namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>Institution codes in Tokyo that pass their check digit.</summary>
internal static class Codes
{
    /// <param name="number">Up to six digits, another for each institution.</param>
    public static string Of(int number)
    {
        var digits = $"131{number:D6}";
        var sum = digits.Reverse().Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 2 : 1)).Sum(weighted => weighted > 9 ? weighted - 9 : weighted);
        return $"{digits}{(10 - sum % 10) % 10}";
    }
}
