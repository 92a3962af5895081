using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClinicPortal.Shared.Http.OpenApi;

/// <summary>
/// In what is sent, a field that may be null may be left out as well, unless it is marked as required: then it may be neither, and
/// null is how the code sees that it is missing. The framework calls every parameter of a record required, which is true of what is
/// answered only; and it says of answers, too, that they have no other fields, where later versions may add some.
/// </summary>
internal sealed class SentFields : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var bodies =
            from path in document.Paths.Values
            from operation in path.Operations?.Values.AsEnumerable() ?? []
            from body in operation.RequestBody?.Content?.Values.AsEnumerable() ?? []
            select body.Schema;
        var seen = new HashSet<string>();
        foreach (var body in bodies)
        {
            Relax(body, seen);
        }
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (schema is OpenApiSchema answered && !seen.Contains(name))
            {
                answered.AdditionalPropertiesAllowed = true;
            }
        }
        var sent =
            from description in context.DescriptionGroups.SelectMany(described => described.Items)
            from parameter in description.ParameterDescriptions
            where parameter.Type is { } type && document.Components?.Schemas?.ContainsKey(type.Name) == true
            select parameter.Type;
        foreach (var type in sent.Distinct())
        {
            Insist(type, document.Components!.Schemas![type.Name]);
        }
        return Task.CompletedTask;
    }

    private static void Insist(Type type, IOpenApiSchema schema)
    {
        foreach (var property in type.GetProperties().Where(property => property.GetCustomAttribute<RequiredAttribute>() is not null))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (schema is OpenApiSchema { Properties: { } fields } own && fields[name].OneOf is { } choices)
            {
                fields[name] = choices.First(choice => choice.Type != JsonSchemaType.Null);
                (own.Required ??= new HashSet<string>()).Add(name);
            }
        }
    }

    private static void Relax(IOpenApiSchema? schema, HashSet<string> seen)
    {
        if (schema is OpenApiSchemaReference reference)
        {
            if (reference.Reference.Id is { } id && seen.Add(id))
            {
                Relax(reference.Target, seen);
            }
            return;
        }
        if (schema is not OpenApiSchema own)
        {
            return;
        }
        foreach (var (name, property) in own.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (MayBeNull(property))
            {
                own.Required?.Remove(name);
            }
            Relax(property, seen);
        }
        foreach (var part in (own.OneOf ?? []).Append(own.Items))
        {
            Relax(part, seen);
        }
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) == true || schema.OneOf?.Any(choice => choice.Type == JsonSchemaType.Null) == true;
}
