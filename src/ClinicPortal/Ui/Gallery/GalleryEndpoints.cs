using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicPortal.Ui.Gallery;

/// <summary>The gallery of the kit's components, for those who build screens. Mapped in Development only.</summary>
public static class GalleryEndpoints
{
    public static IEndpointRouteBuilder MapGallery(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/dev/gallery").AllowAnonymous().DisableAntiforgery();
        group.MapGet("", (HttpContext http, TimeProvider time) => Page(http, time, null));
        group.MapPost("", async (HttpContext http, TimeProvider time) => Page(http, time, await http.Request.ReadFormAsync(http.RequestAborted)));
        return routes;
    }

    private static RazorComponentResult Page(HttpContext http, TimeProvider time, IFormCollection? posted) =>
        new RazorComponentResult<GalleryPage>(new { Posted = posted, Now = time.GetUtcNow(), Theme = Theme.Of(http.Request) })
        {
            // A form is answered with 422 always: the page is the answer, and Turbo shows it.
            StatusCode = posted is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        };
}
