using ClinicPortal.Shared.Access;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>
/// A page of the platform operator about one association, named in its address: that association alone is the request's scope.
/// Elsewhere the operator has none. Such pages read settings and state, never people or patients.
/// </summary>
public sealed class AssociationScope
{
    public const string RouteValue = "association";

    internal static TenantId? Of(HttpContext context, CurrentUser user) =>
        user.Is(Roles.PlatformOperator) && context.GetEndpoint()?.Metadata.GetMetadata<AssociationScope>() is not null
        && Guid.TryParse(context.GetRouteValue(RouteValue)?.ToString(), out var id) ? new TenantId(id) : null;
}

public static class AssociationScopeRoutes
{
    /// <summary>For <see cref="Roles.PlatformOperator"/> on routes with <c>{association:guid}</c>.</summary>
    public static RouteGroupBuilder WithinAssociation(this RouteGroupBuilder routes) =>
        routes.RequireRoles(Roles.PlatformOperator).WithMetadata(new AssociationScope());
}
