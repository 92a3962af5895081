using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using ClinicPortal.Shared.Results;
using Microsoft.AspNetCore.Http.Metadata;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// Refuses a question or command of the API with text that cannot be kept, by the name of its field, before a use case sees it.
/// </summary>
internal static class UnstorableText
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = [];

    public static EndpointFilterDelegate Refuse(EndpointFilterFactoryContext route, EndpointFilterDelegate next)
    {
        var parameters = route.MethodInfo.GetParameters();
        return context =>
        {
            var body = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
            var fields = parameters.Zip(context.Arguments).SelectMany(argument => argument switch
            {
                (var parameter, string text) => In(text, parameter.Name!),
                (_, { } sent) when sent.GetType() == body => In(sent, null),
                _ => [],
            }).ToList();
            if (fields.Count == 0)
            {
                return next(context);
            }
            var problems = context.HttpContext.RequestServices.GetRequiredService<Problems>();
            return ValueTask.FromResult<object?>(problems.ToResult(
                [new Error("malformed-request"), .. fields.Select(field => Error.OnField(field, "unreadable-value"))], StatusCodes.Status400BadRequest));
        };
    }

    private static IEnumerable<string> In(object? sent, string? name) => sent switch
    {
        string text => StorableText.IsStorable(text) ? [] : [name ?? ""],
        IEnumerable<string> texts => texts.Any(text => !StorableText.IsStorable(text)) ? [name ?? ""] : [],
        { } part when IsOurs(part.GetType()) => Properties.GetOrAdd(part.GetType(), ReadableProperties)
            .SelectMany(property => In(property.GetValue(part), Joined(name, property.Name))),
        _ => [],
    };

    private static bool IsOurs(Type type) => type is { IsClass: true } && type.Assembly == typeof(UnstorableText).Assembly;

    private static PropertyInfo[] ReadableProperties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0)];

    private static string Joined(string? name, string property) =>
        name is null ? JsonNamingPolicy.CamelCase.ConvertName(property) : $"{name}.{JsonNamingPolicy.CamelCase.ConvertName(property)}";
}
