using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Shared.Http;

/// <summary>What every answer tells the browser to forbid, and from whom the address of a caller is believed.</summary>
public static class SecurityHeaders
{
    /// <summary>
    /// The proxies before this node that end TLS, as addresses or networks: <c>Proxy:Networks:0=10.0.0.0/8</c>. Of nobody else a word is believed about
    /// who calls and how: the access log and the limits of signing in go by the caller's address.
    /// </summary>
    public const string ProxySetting = "Proxy:Networks";

    /// <summary>Where connections are opened that last.</summary>
    private static readonly string[] Sockets = ["/live", "/room"];

    private const string Year = "max-age=31536000; includeSubDomains";

    public static void UseForwardedByProxy(this WebApplication app)
    {
        var networks = app.Configuration.GetSection(ProxySetting).Get<string[]>() ?? [];
        if (networks.Length == 0)
        {
            return;
        }
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network.Contains('/') ? network : $"{network}/{(network.Contains(':') ? 128 : 32)}"));
        }
        app.UseForwardedHeaders(options);
    }

    public static Task SetAsync(HttpContext context, RequestDelegate next)
    {
        Set(context);
        return next(context);
    }

    public static void Set(HttpContext context)
    {
        var services = context.RequestServices;
        var headers = context.Response.Headers;
        // Signing in and out leads from host to host, and browsers hold a form's redirects to form-action as well.
        var domain = services.GetRequiredService<IOptions<PortalHostOptions>>().Value.BaseDomain + (context.Request.Host.Port is { } port ? $":{port}" : "");
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
            + "media-src 'self'; manifest-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
            + $"form-action 'self' {context.Request.Scheme}://{domain} {context.Request.Scheme}://*.{domain}";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=(self)";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            // Browsers heed it only where the answer came by TLS.
            headers.StrictTransportSecurity = Year;
        }
        // What may be kept, such as scripts and logos, says so itself. In the words of antiforgery, which overrides others with a warning for every form.
        headers.CacheControl = "no-cache, no-store";
    }

    /// <summary>
    /// A page of another host, also of another association below the same domain, must not open a lasting connection with this host's cookie: browsers
    /// ask nobody before they connect a socket.
    /// </summary>
    public static Task RefuseForeignSockets(HttpContext context, RequestDelegate next)
    {
        if (Sockets.Any(path => context.Request.Path.StartsWithSegments(path)) && context.Request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }
        return next(context);
    }
}
