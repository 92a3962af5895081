using System.Collections.Frozen;

namespace ClinicPortal.Modules.Identity.Passwords;

/// <summary>The passwords that are tried first, and the words that people build theirs around.</summary>
internal static class CommonPasswords
{
    private const string Resource = "ClinicPortal.Modules.Identity.Passwords.common-passwords.txt";

    private const int ShortestCore = 4;

    private static readonly Lazy<FrozenSet<string>> Known = new(Read);

    /// <summary>The password is a common one, also with digits and symbols around it or letters replaced by what resembles them.</summary>
    public static bool Contains(string password)
    {
        var lower = password.ToLowerInvariant();
        var core = Core(lower);
        return Known.Value.Contains(lower) || IsKnown(core) || IsKnown(Core(Spelled(lower))) || IsKnown(Spelled(core));
    }

    private static bool IsKnown(string core) => core.Length >= ShortestCore && Known.Value.Contains(core);

    /// <summary>Without the digits and symbols before and after the letters: "2026!sakura#1" → "sakura".</summary>
    private static string Core(string password) =>
        password.AsSpan().TrimStart(NotLetters).TrimEnd(NotLetters).ToString();

    private const string NotLetters = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>"p@ssw0rd" → "password".</summary>
    private static string Spelled(string password) => string.Concat(password.Select(c => c switch
    {
        '@' or '4' => 'a',
        '3' => 'e',
        '1' or '!' or '|' => 'i',
        '0' => 'o',
        '$' or '5' => 's',
        '7' or '+' => 't',
        _ => c,
    }));

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The list of common passwords is missing ({Resource}).");
        using var reader = new StreamReader(stream);
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line is not ['#', ..])
            {
                known.Add(line);
            }
        }
        return known.ToFrozenSet(StringComparer.Ordinal);
    }
}
