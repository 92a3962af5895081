using ClinicPortal.Shared.Http.OpenApi;

namespace ClinicPortal.Shared.Http;

public static class ApiRoutes
{
    public const string Prefix = "/api/v1";

    /// <summary>The group that every JSON endpoint of a module is mapped in.</summary>
    public static RouteGroupBuilder MapApiV1(this IEndpointRouteBuilder app) => app.MapGroup(Prefix)
        .AddEndpointFilterFactory(UnstorableText.Refuse)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);

    /// <summary>Documents a command: its key, its refusals.</summary>
    public static RouteHandlerBuilder IsCommand(this RouteHandlerBuilder route) => route
        .WithMetadata(new CommandMetadata())
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>Shows a body that the route would accept.</summary>
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder route, object body) => route.WithMetadata(new RequestExample(body));
}

/// <summary>Marks routes that require <c>Idempotency-Key</c>; the OpenAPI document shows the header for them.</summary>
public sealed class CommandMetadata;
