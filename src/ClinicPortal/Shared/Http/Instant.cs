using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// A point in time as the API is told it: ISO 8601 with an offset or Z. Without one the sender's clock would have to be guessed, and a
/// time of death would be nine hours off.
/// </summary>
internal static class Instant
{
    /// <summary>Stable code of the refusal of a time without offset.</summary>
    public const string WithoutOffset = "time-without-offset";

    /// <param name="lacksOffset">A time that can be read, but not where on earth a clock shows it.</param>
    public static bool TryParse(string text, out DateTimeOffset instant, out bool lacksOffset)
    {
        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
        lacksOffset = isTime && !HasOffset(text);
        return isTime && !lacksOffset;
    }

    public static bool HasOffset(ReadOnlySpan<char> text) =>
        text.IndexOf('T') is > 0 and var time && (text[^1] == 'Z' || text[time..].ContainsAny('+', '-'));
}

/// <summary>Reads times in bodies, and refuses those without an offset by <see cref="TimeWithoutOffsetException"/>.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var instant = reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var read)
            ? read
            : throw new JsonException();
        return Instant.HasOffset(reader.GetString()) ? instant : throw new TimeWithoutOffsetException();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>The serialiser adds the path of the field to it, as to every JsonException of a converter.</summary>
internal sealed class TimeWithoutOffsetException : JsonException;
