using System.Globalization;

namespace ClinicPortal.Shared;

/// <summary>Words for somebody whose language is not that of whoever is served just now.</summary>
public static class Language
{
    /// <param name="language">As <c>ja</c>.</param>
    public static T In<T>(string language, Func<T> words)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            return words();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
