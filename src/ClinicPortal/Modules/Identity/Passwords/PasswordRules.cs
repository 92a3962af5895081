using System.Globalization;
using System.Text;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.Identity.Passwords;

/// <summary>
/// What a password must be: letters, digits and symbols together, 8 characters beside a second factor and 13 without one (Q&amp;A to the
/// ministry's guideline for the safety of medical information systems, 6.0, on authentication by password), and none that is tried first.
/// </summary>
internal static class PasswordRules
{
    public const int ShortestWithSecondFactor = 8;
    public const int ShortestAlone = 13;

    /// <summary>Longer ones would only cost the server time.</summary>
    public const int Longest = 128;

    private const int ShortestOwnWord = 4;

    private static readonly char[] WordEnds = [' ', '\u3000', '@', '.', '-', '_', '+'];

    /// <param name="ownWords">The person's name and address, which others know.</param>
    /// <returns>Why not; null when it may be used.</returns>
    public static Error? Refuse(string? password, bool withSecondFactor, string field, params IEnumerable<string> ownWords)
    {
        if (password is not { Length: > 0 })
        {
            return Error.OnField(field, "required");
        }
        var shortest = withSecondFactor ? ShortestWithSecondFactor : ShortestAlone;
        if (new StringInfo(password).LengthInTextElements < shortest)
        {
            return Error.OnField(field, "password.too-short", shortest);
        }
        if (password.Length > Longest)
        {
            return Error.OnField(field, "too-long", Longest);
        }
        if (!password.Any(char.IsLetter) || !password.Any(char.IsDigit) || password.All(char.IsLetterOrDigit))
        {
            return Error.OnField(field, "password.one-sided");
        }
        if (CommonPasswords.Contains(password))
        {
            return Error.OnField(field, "password.common");
        }
        return ownWords.SelectMany(Words).Any(word => password.Contains(word, StringComparison.OrdinalIgnoreCase))
            ? Error.OnField(field, "password.own-name") : null;
    }

    /// <summary>Typed with a Japanese keyboard, full-width letters are the same letters.</summary>
    public static string Normalise(string password) => password.Normalize(NormalizationForm.FormKC);

    private static IEnumerable<string> Words(string text) => text.Split(WordEnds).Where(word => word.Length >= ShortestOwnWord);
}
