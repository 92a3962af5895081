namespace ClinicPortal.Modules.Identity.MyAccount;

/// <summary>A browser in the words that its user would have for it; null where it does not say.</summary>
public sealed record Browser(string? Name, string? System)
{
    // The more particular before those that it also calls itself.
    private static readonly (string Mark, string Name)[] Names =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string System)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux")];

    public static Browser Of(string? userAgent) => new(Find(Names, userAgent), Find(Systems, userAgent));

    private static string? Find((string Mark, string Word)[] words, string? userAgent) =>
        words.FirstOrDefault(w => userAgent?.Contains(w.Mark, StringComparison.Ordinal) == true).Word;
}
