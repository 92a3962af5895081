using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClinicPortal.Shared.Http.OpenApi;

/// <summary>The values of a text that takes only some, which the framework does not list.</summary>
internal sealed class AllowedValues : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var allowed = context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false);
        if (allowed is [AllowedValuesAttribute { Values: var values }])
        {
            schema.Enum = [.. values.Select(value => (JsonNode)JsonSerializer.SerializeToNode(value)!)];
        }
        return Task.CompletedTask;
    }
}
