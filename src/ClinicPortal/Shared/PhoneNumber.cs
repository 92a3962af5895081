namespace ClinicPortal.Shared;

/// <summary>Phone numbers as letters print them.</summary>
public static class PhoneNumber
{
    /// <summary>Reads a Japanese number in any writing and adds the hyphens where they are known: mobile, IP, toll-free, Tokyo and Osaka.</summary>
    /// <returns>False for what cannot be dialled in Japan.</returns>
    public static bool TryRead(string text, out string number)
    {
        var digits = PhoneDigits.Of(text);
        number = digits switch
        {
            ['0', '5' or '7' or '8' or '9', '0', ..] when digits.Length == 11 => $"{digits[..3]}-{digits[3..7]}-{digits[7..]}",
            ['0', '1', '2', '0', ..] when digits.Length == 10 => $"{digits[..4]}-{digits[4..7]}-{digits[7..]}",
            ['0', '3' or '6', ..] when digits.Length == 10 => $"{digits[..2]}-{digits[2..6]}-{digits[6..]}",
            // How long an area code is, only a table knows: what was typed stays.
            ['0', ..] when digits.Length == 10 => text.Trim(),
            _ => "",
        };
        return number.Length > 0;
    }
}
