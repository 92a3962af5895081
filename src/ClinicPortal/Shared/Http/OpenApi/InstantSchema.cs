using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClinicPortal.Shared.Http.OpenApi;

/// <summary>Times are text, which the framework does not see behind a converter of our own.</summary>
internal sealed class InstantSchema : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        return Task.CompletedTask;
    }
}
