namespace ClinicPortal.Shared;

/// <summary>
/// Text that can be kept: PostgreSQL has no place for NUL, and non-characters and halves of characters, which cannot even be
/// normalised, are text nowhere.
/// </summary>
public static class StorableText
{
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // Half a character is enumerated as U+FFFD, which people may also send whole; refusing both loses nothing.
            if (rune.Value is '\0' or '\uFFFD' or '\uFFFE' or '\uFFFF')
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Without what nobody typed on purpose and nobody sees.</summary>
    public static string Of(string text) =>
        IsStorable(text) ? text : string.Concat(text.EnumerateRunes().Where(rune => IsStorable(rune.ToString())));
}
