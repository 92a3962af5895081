using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>What a setting is called on the screen.</summary>
internal static partial class SettingWords
{
    /// <summary>The path without its places in lists: <c>versions[0].plans[1].call</c> is <c>versions.plans.call</c>.</summary>
    public static string Key(string path) => Place().Replace(path, "");

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

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Place();
}
