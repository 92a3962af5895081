using Microsoft.AspNetCore.Authorization;

namespace ClinicPortal.Shared.Access;

/// <summary>Authentication schemes: people have a session cookie of their host, machines a bearer key.</summary>
public static class AccessSchemes
{
    public const string Session = "session";
    public const string Key = "key";
}

public static class AccessPolicies
{
    /// <summary>Name of the policy, and of the claim that it asks for.</summary>
    public const string Administrator = "administrator";

    /// <summary>
    /// Who may call the route. Every route says this or <c>AllowAnonymous</c>; a test walks them all. What exactly a caller may
    /// see is decided again in the use case.
    /// </summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder route, params string[] roles) where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', roles) });

    /// <summary>An administrator of any organisation, for what is that organisation's own.</summary>
    public static TBuilder RequireAdministrator<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.RequireAuthorization(new AuthorizeAttribute { Roles = string.Join(',', Roles.All), Policy = Administrator });

    /// <summary>Any signed-in person or key.</summary>
    public static TBuilder RequireMember<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.RequireRoles([.. Roles.All]);
}
