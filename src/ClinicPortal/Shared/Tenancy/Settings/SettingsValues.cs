using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Japanese first, English beside.</summary>
public sealed record LocalizedText
{
    public required string Ja { get; init; }

    public required string En { get; init; }

    /// <summary>The text in the language of <paramref name="culture"/>; Japanese for all but English.</summary>
    public string For(CultureInfo culture) => culture.TwoLetterISOLanguageName == "en" ? En : Ja;

    public override string ToString() => For(CultureInfo.CurrentUICulture);
}

public sealed record CodedText
{
    public required string Code { get; init; }

    public required LocalizedText Label { get; init; }
}

/// <summary>The name of a time zone that this machine knows.</summary>
public readonly record struct ZoneName(string Value) : IParsable<ZoneName>
{
    public static ZoneName Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var zone) ? zone : throw new FormatException($"'{s}' is not a time zone.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ZoneName result)
    {
        result = new ZoneName(s ?? "");
        // Only names such as Asia/Tokyo: what Windows calls a zone would not be understood by PostgreSQL.
        return s is not null && TimeZoneInfo.TryFindSystemTimeZoneById(s, out var zone) && zone.HasIanaId;
    }
}
