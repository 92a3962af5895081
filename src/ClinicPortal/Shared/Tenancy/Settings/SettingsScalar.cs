using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Turns one written value into the type that a settings record asks for.</summary>
internal static class SettingsScalar
{
    private delegate bool Conversion(string text, out object? value);

    private static readonly ConcurrentDictionary<Type, Conversion> Conversions = new();

    public static bool TryConvert(string text, Type type, out object? value)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(string))
        {
            value = text;
            return true;
        }

        return target.IsEnum
            ? TryConvertEnum(text, target, out value)
            : IsWrittenExactly(text, target, out value) && Conversions.GetOrAdd(target, ParserOf)(text, out value);
    }

    /// <summary>One way to write a day or a time: guessed ones (4/5, 6月) would be taken for others than were meant.</summary>
    private static bool IsWrittenExactly(string text, Type type, out object? value)
    {
        value = null;
        return type == typeof(DateOnly) ? DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            : type != typeof(TimeOnly) || TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    /// <summary>Names only: a number would bind to whatever member has that position today.</summary>
    private static bool TryConvertEnum(string text, Type type, out object? value)
    {
        var name = Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = name is null ? null : Enum.Parse(type, name);
        return name is not null;
    }

    private static Conversion ParserOf(Type type) =>
        typeof(SettingsScalar).GetMethod(nameof(TryParse), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type)
            .CreateDelegate<Conversion>();

    private static bool TryParse<T>(string text, out object? value)
        where T : IParsable<T>
    {
        var parsed = T.TryParse(text, CultureInfo.InvariantCulture, out var result);
        value = result;
        return parsed;
    }
}
