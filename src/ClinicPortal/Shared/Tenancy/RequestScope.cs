using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.SignalR;

namespace ClinicPortal.Shared.Tenancy;

/// <summary>Holds who acts, once it is known; set by the middleware or by a job.</summary>
public sealed class CurrentUserAccessor
{
    public CurrentUser? User { get; set; }
}

/// <summary>Marks the few commands that remain when an association has closed and its records are only read.</summary>
public sealed class AllowedWhileHeld
{
    public static AllowedWhileHeld Instance { get; } = new();
}

public static class RequestScope
{
    /// <summary>Finds out which host was called; an unknown host is answered 404 before anything else looks at the request.</summary>
    public static IApplicationBuilder UsePortalHosts(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var host = context.RequestServices.GetRequiredService<ITenantResolver>().ByHost(context.Request.Host.Host);
        if (host is null && !context.Request.Path.StartsWithSegments("/health"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Features.Set(host ?? Tenancy.PortalHost.SignIn);
        await next(context);
    });

    /// <summary>
    /// What was looked at is on record before it is sent. A command that broke off, by its own failure or because the sender hung up,
    /// must not be committed here: its idempotency key would be missing, and sent again it would be done twice.
    /// </summary>
    private static bool MayCommit(HttpContext context) =>
        context.Response.StatusCode < StatusCodes.Status500InternalServerError
        && !context.RequestAborted.IsCancellationRequested
        && context.Features.Get<IExceptionHandlerFeature>() is null;

    public static PortalHost PortalHost(this HttpContext context) =>
        context.Features.Get<PortalHost>() ?? throw new InvalidOperationException("The host was not resolved.");

    /// <summary>
    /// After authorisation: fixes the scope to what the caller's membership gives, narrowed by the host, and opens the session.
    /// Anonymous routes get no scope, so they see no tenant row.
    /// </summary>
    public static IApplicationBuilder UsePortalSession(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (CurrentUser.From(context.User) is not { } user || context.GetEndpoint() is not { } endpoint
            // A live connection lasts for hours and asks the database nothing; a transaction would wait open all that time.
            || endpoint.Metadata.GetMetadata<HubMetadata>() is not null)
        {
            await next(context);
            return;
        }
        var services = context.RequestServices;
        // A member of an association that is not open (yet, or any more) has no place to act in.
        if (user.TenantId is { } own && services.GetRequiredService<ITenantResolver>().ById(own) is null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        if (user.TenantId is { } association && !HttpMethods.IsGet(context.Request.Method) && endpoint.Metadata.GetMetadata<AllowedWhileHeld>() is null
            && services.GetRequiredService<ITenantResolver>().ById(association) is { } tenant && tenant.IsHeldAt(services.GetRequiredService<TimeProvider>().GetUtcNow()))
        {
            context.Response.StatusCode = StatusCodes.Status423Locked;
            return;
        }
        services.GetRequiredService<CurrentUserAccessor>().User = user;
        services.GetRequiredService<TenantScope>().Set(AssociationScope.Of(context, user) is { } managed
            ? [managed] : services.GetRequiredService<ScopeOf>().User(user, context.PortalHost()));
        var session = services.GetRequiredService<PortalSession>();
        await services.GetRequiredService<ApiCommand>().ReadKeyAsync(context);
        await session.OpenAsync(context.RequestAborted, planOnce: HttpMethods.IsPost(context.Request.Method));
        context.Response.OnStarting(() => session.HasUnsavedAudit && MayCommit(context) ? session.CommitAsync(CancellationToken.None) : Task.CompletedTask);
        await next(context);
    });

    /// <summary>For jobs: acts as the given user for the given tenants, in a session opened now or already open without scope.</summary>
    public static async Task<PortalSession> ActAsync(
        this IServiceProvider services, CurrentUser user, IEnumerable<TenantId> tenants, CancellationToken cancellationToken)
    {
        services.GetRequiredService<CurrentUserAccessor>().User = user;
        services.GetRequiredService<TenantScope>().Set(tenants);
        var session = services.GetRequiredService<PortalSession>();
        await (session.IsOpen ? session.ApplyScopeAsync(cancellationToken) : session.OpenAsync(cancellationToken));
        return session;
    }
}

/// <summary>Which tenants a caller may touch on a host.</summary>
public sealed class ScopeOf(ITenantResolver tenants, TimeProvider clock)
{
    public IEnumerable<TenantId> User(CurrentUser user, PortalHost host)
    {
        IEnumerable<TenantId> own = user switch
        {
            { TenantId: { } tenant } => [new TenantId(tenant)],
            { OrganisationKind: OrganisationKind.Desk, OrganisationId: { } desk } => tenants.DeskById(desk)?.TenantsAt(clock.GetUtcNow()) ?? [],
            _ => [],
        };
        return host.Tenant is { } narrowed ? own.Where(t => t.Value == narrowed.Id)
            : host.Desk is { } desk2 && user.OrganisationId != desk2.Id ? own.Intersect(desk2.TenantsAt(clock.GetUtcNow()))
            : own;
    }
}
