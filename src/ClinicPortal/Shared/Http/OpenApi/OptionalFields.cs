using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClinicPortal.Shared.Http.OpenApi;

/// <summary>
/// In what is sent, a field that may be null may be left out as well. The framework calls every parameter of a record
/// required, which is true of what is answered only.
/// </summary>
internal sealed class OptionalFields : IOpenApiDocumentTransformer
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
        return Task.CompletedTask;
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
