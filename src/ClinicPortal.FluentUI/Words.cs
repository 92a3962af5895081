using System.Globalization;
using System.Resources;

namespace ClinicPortal.FluentUI;

/// <summary>The few words that components say by themselves; all others come as parameters.</summary>
internal static class Words
{
    private static readonly ResourceManager Resources = new(typeof(Words));

    public static string Required => Get(nameof(Required));

    public static string Close => Get(nameof(Close));

    private static string Get(string name) => Resources.GetString(name, CultureInfo.CurrentUICulture) ?? name;
}
