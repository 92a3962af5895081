using System.Text.Json;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// A request that could not be read: JSON that is none, a value of another kind than its field, a missing body. Answers with
/// <c>malformed-request</c> and, where it is known, the field and the values it may have.
/// </summary>
public sealed class MalformedRequests(Problems problems, IOptions<JsonOptions> json) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException malformed || !context.Request.Path.StartsWithSegments("/api"))
        {
            return false;
        }
        List<Error> errors = [new("malformed-request")];
        if (malformed.InnerException is JsonException { Path: { Length: > 1 } path })
        {
            errors.Add(Unreadable(path[2..], context));
        }
        await problems.ToResult(errors, malformed.StatusCode).ExecuteAsync(context);
        return true;
    }

    private Error Unreadable(string field, HttpContext context)
    {
        var type = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var name in field.Split('.'))
        {
            type = type is null ? null : PropertyType(type, name);
        }
        return type?.IsEnum == true
            ? Error.OnField(field, "unknown-value", string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)))
            : Error.OnField(field, "unreadable-value");
    }

    private Type? PropertyType(Type type, string name)
    {
        var property = json.Value.SerializerOptions.GetTypeInfo(type).Properties
            .FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.PropertyType;
        return property is null ? null : Nullable.GetUnderlyingType(property) ?? property;
    }
}
