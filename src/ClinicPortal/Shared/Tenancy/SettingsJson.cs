using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClinicPortal.Shared.Calendar;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>How settings are written to the database.</summary>
public static class SettingsJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new MonthDayConverter() },
    };

    public static string Write<T>(T settings) => JsonSerializer.Serialize(settings, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("Settings are null.");

    private sealed class MonthDayConverter : JsonConverter<MonthDay>
    {
        public override MonthDay Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            MonthDay.Parse(reader.GetString()!, null);

        public override void Write(Utf8JsonWriter writer, MonthDay value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
