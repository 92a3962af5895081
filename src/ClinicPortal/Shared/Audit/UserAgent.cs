namespace ClinicPortal.Shared.Audit;

/// <summary>What a browser calls itself, in the few words that tell one device from another.</summary>
internal static class UserAgent
{
    private const int Longest = 60;

    /// <summary>Those that also claim to be others come first.</summary>
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Version/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static string? Short(string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
        {
            return null;
        }
        var system = Array.Find(Systems, s => header.Contains(s.Mark, StringComparison.Ordinal)).Name;
        var (mark, browser) = Array.Find(Browsers, b => header.Contains(b.Mark, StringComparison.Ordinal));
        if (system is null || mark is null)
        {
            return new string([.. header.Where(c => c is >= ' ' and <= '~').Take(Longest)]);
        }
        var version = header[(header.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].TakeWhile(char.IsAsciiDigit).Take(4);
        return $"{browser} {string.Concat(version)} {system}";
    }
}
