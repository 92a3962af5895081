using ClinicPortal.Shared;

namespace ClinicPortal.Modules.Notifications.Contracts;

/// <summary>A mail to somebody whose language nobody knows: in Japanese, and below it in English.</summary>
public static class BothLanguages
{
    public static (string Subject, string Text) Of(Func<(string Subject, string Text)> words)
    {
        var (japanese, english) = (Language.In("ja", words), Language.In("en", words));
        return (japanese.Subject, $"{japanese.Text}\n\n----\n\n{english.Text}\n");
    }
}
