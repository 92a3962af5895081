using System.Text;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Http;
using ClinicPortal.FluentUI;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui.Gallery;
using ClinicPortal.Ui.Reference;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Localization;

namespace ClinicPortal.Ui;

/// <summary>What belongs to every page: language, accent colour, logo.</summary>
public static class UiModule
{
    public static IServiceCollection AddUi(this IServiceCollection services) =>
        services.AddAssets()
            .AddFluentUIComponents(provider => provider.GetRequiredService<AssetBundle>().Icons)
            .AddScoped<PageRenderer>()
            .AddScoped<SheetRenderer>()
            .AddScoped<ApiReference>();

    public static void MapUi(this IEndpointRouteBuilder app)
    {
        app.MapPost("/language", ChangeLanguageAsync).AllowAnonymous();
        app.MapGet("/accent.css", Accent).AllowAnonymous();
        app.MapGet("/logo.svg", Logo).AllowAnonymous();
        app.MapReference();
        if (app.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            app.MapGallery();
        }
    }

    private static async Task<IResult> ChangeLanguageAsync(HttpContext context, IAntiforgery antiforgery)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = form["return"].ToString();
        if (await antiforgery.IsRequestValidAsync(context) && form["language"].ToString() is "ja" or "en")
        {
            var culture = form["language"] == "en" ? "en" : "ja-JP";
            context.Response.Cookies.Append(
                PortalPipeline.LanguageCookie, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
                new CookieOptions { Path = "/", MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = true });
        }
        return Results.LocalRedirect(LocalPath.OrHome(back), permanent: false);
    }

    /// <summary>The association's or desk's own colour; everything else is derived from it in the style sheet.</summary>
    private static IResult Accent(HttpContext context)
    {
        var host = context.PortalHost();
        var accent = host.Tenant?.Settings.Accent ?? host.Desk?.Settings.Accent;
        context.Response.Headers.CacheControl = "public, max-age=300";
        return Results.Text(accent is null ? "" : $":root{{--accent-base:{accent}}}", "text/css", Encoding.UTF8);
    }

    /// <summary>The logo of the version in force, the same on every node; it is a drawing and may do nothing.</summary>
    private static IResult Logo(HttpContext context, TenantFiles files)
    {
        var host = context.PortalHost();
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        return (host.Tenant is { } tenant ? tenant.Document.Logo : host.Desk?.Logo) is { } svg ? Results.Text(svg, "image/svg+xml", Encoding.UTF8)
            : !host.IsSignIn && files.Logo(host.Identifier) is { } path ? Results.File(path, "image/svg+xml")
            : Results.NotFound();
    }
}
