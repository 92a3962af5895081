using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ClinicPortal.Ui;

public static class AssetsExtensions
{
    private static readonly (string Coding, string Suffix)[] Encodings = [("br", ".br"), ("gzip", ".gz")];

    public static IServiceCollection AddAssets(this IServiceCollection services) => services.AddSingleton<AssetBundle>();

    /// <summary>
    /// Serves <c>/assets/…</c>, compressed ahead of time, to be kept for ever. Anonymous: place it before authentication.
    /// </summary>
    public static IApplicationBuilder UseAssets(this IApplicationBuilder app)
    {
        var assets = app.ApplicationServices.GetRequiredService<AssetBundle>();
        return app.Map("/assets", branch => branch.Run(context => SendAsync(context, assets)));
    }

    private static async Task SendAsync(HttpContext context, AssetBundle assets)
    {
        var (request, response) = (context.Request, context.Response);
        var file = assets.Find(request.Path.Value?.TrimStart('/') ?? "");
        if (file is null || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var suffix = "";
        var extension = Path.GetExtension(file);
        foreach (var encoding in Encodings)
        {
            // Fonts are compressed inside.
            if (extension != ".woff2" && Accepts(request.Headers.AcceptEncoding, encoding.Coding))
            {
                response.Headers.ContentEncoding = encoding.Coding;
                suffix = encoding.Suffix;
                break;
            }
        }

        response.ContentType = extension switch
        {
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".woff2" => "font/woff2",
            _ => "image/svg+xml",
        };
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = new FileInfo(file + suffix).Length;
        if (HttpMethods.IsGet(request.Method))
        {
            await response.SendFileAsync(file + suffix, context.RequestAborted);
        }
    }

    private static bool Accepts(StringValues header, string coding) =>
        StringWithQualityHeaderValue.TryParseList(header, out var accepted)
        && accepted.Any(value => value.Quality is null or > 0 && value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase));
}
