using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ClinicPortal.Benchmarks.Serving;

/// <summary>Lets this server ask itself for a page, as whoever sent the request at hand.</summary>
internal static class OwnPage
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    /// <param name="traceParent">The trace (W3C) that the page's work is to be part of.</param>
    public static async Task<string> ReadAsync(HttpContext context, string path, string? traceParent, CancellationToken cancellationToken)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{context.Connection.LocalPort}{path}");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = context.Request.Host.Value;
        request.Headers.Add("Cookie", context.Request.Headers.Cookie.ToString());
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }
        using var response = await Http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
