using System.Text.Json.Nodes;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>What resources of FHIR R4 have in common here.</summary>
public static class Fhir
{
    /// <summary>JP Core's system of ten-digit institution codes.</summary>
    public const string InstitutionCodes = "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no";

    public static JsonObject Profile(string name) => new() { ["profile"] = new JsonArray($"http://jpfhir.jp/fhir/core/StructureDefinition/{name}") };

    public static JsonObject Reference(string type, Guid id, string? display = null)
    {
        var reference = new JsonObject { ["reference"] = $"{type}/{id}" };
        if (display is not null)
        {
            reference["display"] = display;
        }
        return reference;
    }

    public static JsonArray Phones(params IEnumerable<string?> numbers) =>
        [.. numbers.OfType<string>().Select(number => (JsonNode)new JsonObject { ["system"] = "phone", ["value"] = number })];

    public static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
}
