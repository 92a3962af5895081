using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace ClinicPortal.Shared.Http.OpenApi;

/// <summary>A body that the route would accept, shown in its description.</summary>
public sealed record RequestExample(object Body);

internal sealed class RequestExamples(IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var example = context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestExample>().LastOrDefault();
        if (example is not null && operation.RequestBody?.Content?.TryGetValue("application/json", out var body) == true)
        {
            // What is left out is left out of the example as well.
            var options = new JsonSerializerOptions(json.Value.SerializerOptions)
            {
                DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
            };
            body.Example = JsonSerializer.SerializeToNode(example.Body, options);
        }
        return Task.CompletedTask;
    }
}
