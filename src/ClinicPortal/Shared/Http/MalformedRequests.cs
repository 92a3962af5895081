using System.ComponentModel;
using System.Text.Json;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// A request that could not be read: JSON that is none, a value of another kind than its field, a missing body. Answers with
/// <c>malformed-request</c> and, where it is known, the field and the values it may have. What could be read and is not accepted all
/// the same, such as a field that does not exist, is 422 under its own code.
/// </summary>
public sealed class MalformedRequests(Problems problems, IOptions<JsonOptions> json) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException malformed || !context.Request.Path.StartsWithSegments("/api"))
        {
            return false;
        }
        var answer = malformed switch
        {
            { StatusCode: StatusCodes.Status415UnsupportedMediaType } => problems.ToResult(new Error("unsupported-media-type"), malformed.StatusCode),
            { InnerException: JsonException { Path: { Length: > 2 } path } reason } => Unreadable(path[2..], reason, context),
            { StatusCode: StatusCodes.Status400BadRequest, InnerException: null } when UnreadableParameters(context) is { Count: > 0 } named =>
                problems.ToResult(named),
            _ => problems.ToResult(new Error("malformed-request"), malformed.StatusCode),
        };
        await answer.ExecuteAsync(context);
        return true;
    }

    private IResult Unreadable(string field, JsonException reason, HttpContext context)
    {
        if (reason is TimeWithoutOffsetException)
        {
            return problems.ToResult(Error.OnField(field, Instant.WithoutOffset));
        }
        var type = Endpoint(context)?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var name in field.Split('.'))
        {
            if (type is not null && PropertyType(type, name) is null && json.Value.SerializerOptions.GetTypeInfo(type).Kind == System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Object)
            {
                return problems.ToResult(Error.OnField(field, "unknown-field"));
            }
            type = type is null ? null : PropertyType(type, name);
        }
        var error = type?.IsEnum == true
            ? Error.OnField(field, "unknown-value", string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)))
            : Error.OnField(field, "unreadable-value");
        return problems.ToResult([new Error("malformed-request"), error], StatusCodes.Status400BadRequest);
    }

    private Type? PropertyType(Type type, string name)
    {
        var property = json.Value.SerializerOptions.GetTypeInfo(type).Properties
            .FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.PropertyType;
        return property is null ? null : Nullable.GetUnderlyingType(property) ?? property;
    }

    /// <summary>The framework tells of a parameter that it could not read in a sentence only, so they are looked at again.</summary>
    private static List<Error> UnreadableParameters(HttpContext context) =>
    [
        .. from parameter in Endpoint(context)?.Metadata.OfType<IParameterBindingMetadata>() ?? []
           where parameter.HasTryParse && context.Request.Query[parameter.Name] is [{ } text] && !IsReadable(parameter.ParameterInfo.ParameterType, text)
           select Error.OnField(parameter.Name, "unreadable-value"),
    ];

    private static bool IsReadable(Type type, string text) =>
        TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).IsValid(text);

    private static Endpoint? Endpoint(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
}
