using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClinicPortal.Shared.Http.OpenApi;

/// <summary>
/// The description of the JSON API, made from its endpoints: <c>/openapi/v1.json</c> on every host. The reference page
/// is drawn from the same document, so neither can be older than the code.
/// </summary>
public static class PortalOpenApi
{
    public const string DocumentName = "v1";

    /// <summary>Name of an operation's extension that lists the roles that may call it.</summary>
    public const string RolesExtension = "x-roles";

    private const string BearerScheme = "key";

    public static IServiceCollection AddPortalOpenApi(this IServiceCollection services) => services.AddOpenApi(DocumentName, options =>
    {
        options.ShouldInclude = route => route.RelativePath?.StartsWith(ApiRoutes.Prefix.TrimStart('/'), StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(DescribeApi);
        options.AddOperationTransformer(DescribeCaller);
        options.AddOperationTransformer(DescribeCommand);
        options.AddOperationTransformer<RequestExamples>();
        options.AddSchemaTransformer<ProblemSchema>();
        options.AddSchemaTransformer<EnumSchema>();
        options.AddSchemaTransformer<AllowedValues>();
        options.AddSchemaTransformer<InstantSchema>();
        options.AddDocumentTransformer<SentFields>();
    });

    public static void MapPortalOpenApi(this IEndpointRouteBuilder app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();

    private static Task DescribeApi(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ClinicPortal API",
            Version = DocumentName,
            Description = $"""
                The night cover of medical associations: cases, dispatches, visit reports and invoice lines; and online consultations: free slots and appointments. It answers on every host:
                the key decides what may be seen, the host of an association narrows it. Every POST that changes something carries an `{ApiCommand.Header}`: the
                same key with the same body is done once and answered with the same bytes. Refusals are ProblemDetails (RFC 9457)
                with a stable `code` and words in the language of `Accept-Language` (Japanese or English); what is wrong with a field is in
                `errors`. Times are ISO 8601 with offset or Z (without one: 422, `{Instant.WithoutOffset}`), dates are plain. Bodies are JSON in
                UTF-8; a field that is not described here is refused (422, `unknown-field`).
                """.ReplaceLineEndings(" "),
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key of one organisation and role.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task DescribeCaller(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var roles = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>()
            .SelectMany(authorize => authorize.Roles?.Split(',') ?? []).Distinct().Order(StringComparer.Ordinal);
        operation.AddExtension(RolesExtension, new JsonNodeExtension(new System.Text.Json.Nodes.JsonArray([.. roles])));
        return Task.CompletedTask;
    }

    private static Task DescribeCommand(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<CommandMetadata>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = ApiCommand.Header,
                In = ParameterLocation.Header,
                Required = true,
                Description = "Chosen by the caller, new for each command. Sent again with the same body: the same answer, done once. With another body: 409.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKey.MaxLength },
            });
        }
        return Task.CompletedTask;
    }
}
