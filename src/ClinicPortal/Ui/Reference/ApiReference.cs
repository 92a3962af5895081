using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Http.OpenApi;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClinicPortal.Ui.Reference;

/// <summary>Reads the reference page from the OpenAPI document and from the words of the refusals: it has nothing of its own to become stale.</summary>
public sealed class ApiReference(
    [FromKeyedServices(PortalOpenApi.DocumentName)] IOpenApiDocumentProvider documents, Problems problems, IHostEnvironment environment)
{
    public const string Path = $"{ApiRoutes.Prefix}/reference";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), WriteIndented = true };

    public async Task<ReferenceModel> ReadAsync(string origin, CancellationToken cancellationToken)
    {
        var document = await documents.GetOpenApiDocumentAsync(cancellationToken);
        var operations =
            from path in document.Paths
            from operation in path.Value.Operations ?? []
            select (Tag: operation.Value.Tags?.FirstOrDefault()?.Name ?? "", Operation: Read(path.Key, operation.Key.Method, operation.Value, origin));
        return new ReferenceModel(
            origin,
            [.. operations.GroupBy(o => o.Tag, o => o.Operation).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new ReferenceGroup(g.Key, [.. g]))],
            [.. problems.Codes().OrderBy(c => c.Code, StringComparer.Ordinal).Select(c => new ReferenceCode(c.Code, c.Words))]);
    }

    private ReferenceOperation Read(string path, string method, OpenApiOperation operation, string origin)
    {
        var body = operation.RequestBody?.Content?.Values.FirstOrDefault();
        var roles = Roles(operation);
        return new ReferenceOperation(
            operation.OperationId ?? $"{method}-{path}", method, path, operation.Summary, operation.Description, roles,
            [.. operation.Parameters?.Select(SchemaFields.Parameter) ?? []],
            [.. SchemaFields.Of(body?.Schema)],
            [
                .. from answer in operation.Responses ?? []
                   let status = int.Parse(answer.Key, System.Globalization.CultureInfo.InvariantCulture)
                   let isRefusal = status >= StatusCodes.Status400BadRequest
                   orderby status
                   select new ReferenceAnswer(status, isRefusal, isRefusal ? [] : [.. SchemaFields.Of(answer.Value.Content?.Values.FirstOrDefault()?.Schema)]),
            ],
            Curl(path, method, operation, body?.Example, roles, origin));
    }

    private static string[] Roles(OpenApiOperation operation) =>
        operation.Extensions?.TryGetValue(PortalOpenApi.RolesExtension, out var extension) == true && extension is JsonNodeExtension { Node: JsonArray roles }
            ? [.. roles.Select(role => role!.GetValue<string>())]
            : [];

    private string Curl(string path, string method, OpenApiOperation operation, JsonNode? example, string[] roles, string origin)
    {
        var lines = new List<string>
        {
            $"curl{(method == HttpMethods.Get ? "" : $" -X {method}")} '{origin}{path}'",
            $"-H 'Authorization: Bearer {Key(roles)}'",
        };
        if (operation.Parameters?.Any(parameter => parameter.Name == ApiCommand.Header) == true)
        {
            lines.Add($"-H '{ApiCommand.Header}: {operation.OperationId}-1'");
        }
        if (example is not null)
        {
            lines.Add("-H 'Content-Type: application/json'");
            lines.Add($"-d '{example.ToJsonString(Readable)}'");
        }
        return new StringBuilder().AppendJoin(" \\\n  ", lines).ToString();
    }

    /// <summary>A key of the demonstration that may make the call; those keys are in Development only.</summary>
    private string Key(string[] roles) => !environment.IsDevelopment() ? "$KEY"
        : roles.Contains(Shared.Access.Roles.DeskOperator) ? "demo.desk.operator"
        : roles.Contains(Shared.Access.Roles.NightDoctor) ? "demo.setagaya.doctor1"
        : roles.Contains(Shared.Access.Roles.ClinicDoctor) ? "demo.setagaya.clinic1"
        : roles.Contains(Shared.Access.Roles.FacilityStaff) ? "demo.setagaya.facility1"
        : "demo.setagaya.secretariat";
}
