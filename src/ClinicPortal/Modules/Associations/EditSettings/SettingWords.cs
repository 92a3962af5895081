using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>What a setting is called on the screen.</summary>
internal static partial class SettingWords
{
    /// <summary>
    /// The path without its places in lists: <c>versions[0].plans[1].call</c> is <c>versions.plans.call</c>. The rates of all roles and contracts are called alike.
    /// </summary>
    public static string Key(string path) => Rate().Replace(Place().Replace(path, ""), "tables.rate$1");

    /// <summary>The words, or the path itself for what only files change.</summary>
    public static string Of(IStringLocalizer<SettingsText> texts, string path)
    {
        for (var key = Key(path); ; key = key[..key.LastIndexOf('.')])
        {
            if (texts[$"Setting.{key}"] is { ResourceNotFound: false } words)
            {
                return words;
            }
            if (!key.Contains('.', StringComparison.Ordinal))
            {
                return path;
            }
        }
    }

    [GeneratedRegex(@"^tables\.(?:doctor|driver)(?:Salary|Contract)(\.|$)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Place();
}
