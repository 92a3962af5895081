using Microsoft.OpenApi;

namespace ClinicPortal.Ui.Reference;

/// <summary>The fields of a schema as lines, what is nested with its path.</summary>
internal static class SchemaFields
{
    // Nothing in the API is nested deeper; a schema that contains itself ends here.
    private const int MaxDepth = 4;

    public static IEnumerable<ReferenceField> Of(IOpenApiSchema? schema) => Of(schema, "", 0);

    public static ReferenceField Parameter(IOpenApiParameter parameter) => Field(
        parameter.Name ?? "", parameter.In?.ToString().ToLowerInvariant(), parameter.Schema, parameter.Required, parameter.Description);

    private static IEnumerable<ReferenceField> Of(IOpenApiSchema? schema, string prefix, int depth)
    {
        schema = WithoutNull(schema);
        if (schema?.Items is { } items)
        {
            return Of(items, prefix + "[].", depth);
        }
        return depth > MaxDepth ? [] : (schema?.Properties ?? new Dictionary<string, IOpenApiSchema>()).SelectMany(property =>
            Of(property.Value, prefix + property.Key + (WithoutNull(property.Value)?.Items is null ? "." : ""), depth + 1)
                .Prepend(Field(prefix + property.Key, null, property.Value, schema!.Required?.Contains(property.Key) == true, null)));
    }

    private static ReferenceField Field(string name, string? place, IOpenApiSchema? schema, bool required, string? description)
    {
        var told = WithoutNull(schema);
        return new ReferenceField(
            name, place, TypeOf(told), required, [.. told?.Enum?.Select(value => value.ToString()) ?? []],
            (description ?? schema?.Description ?? schema?.OneOf?.Select(choice => choice.Description).FirstOrDefault(text => text is not null) ?? told?.Description)
                ?.Replace("`", "", StringComparison.Ordinal));
    }

    /// <summary>What may be null is described as a choice between null and the thing itself.</summary>
    private static IOpenApiSchema? WithoutNull(IOpenApiSchema? schema) =>
        schema?.OneOf is { Count: > 0 } choices ? choices.FirstOrDefault(choice => choice.Type != JsonSchemaType.Null) : schema;

    private static string TypeOf(IOpenApiSchema? schema) => (schema?.Type & ~JsonSchemaType.Null) switch
    {
        JsonSchemaType.Array => TypeOf(WithoutNull(schema!.Items)) + "[]",
        JsonSchemaType.String when schema!.Format is { } format => format,
        { } type => type.ToString().ToLowerInvariant(),
        null => "object",
    };
}
