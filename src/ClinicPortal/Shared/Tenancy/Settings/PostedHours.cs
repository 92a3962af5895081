using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>在宅療養支援診療所 category of a member clinic.</summary>
public enum HomeCareSupport
{
    None,

    /// <summary>在支診.</summary>
    Support,

    /// <summary>連携型機能強化型.</summary>
    EnhancedLinked,

    /// <summary>単独型機能強化型.</summary>
    EnhancedSingle,
}

/// <summary>標榜時間, written as <c>Mon+Tue+Thu 09:00-12:30</c>.</summary>
public sealed record PostedHours(IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly To) : IParsable<PostedHours>
{
    private static readonly string[] DayNames = CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedDayNames;

    public static PostedHours Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var hours) ? hours : throw new FormatException($"'{s}' are no posted hours.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out PostedHours result)
    {
        result = null;
        if (s?.Split(' ', '-') is not [var names, var from, var to]
            || !TimeOnly.TryParseExact(from, "HH:mm", provider, DateTimeStyles.None, out var start)
            || !TimeOnly.TryParseExact(to, "HH:mm", provider, DateTimeStyles.None, out var end))
        {
            return false;
        }

        var days = names.Split('+').Select(name => Array.IndexOf(DayNames, name)).ToList();
        if (days.Contains(-1))
        {
            return false;
        }

        result = new PostedHours([.. days.Select(day => (DayOfWeek)day)], start, end);
        return true;
    }
}
