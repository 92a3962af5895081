using ClinicPortal.Shared.Http;

namespace ClinicPortal.Ui.Reference;

internal static class ReferenceEndpoint
{
    public static void MapReference(this IEndpointRouteBuilder app) =>
        app.MapGet(ApiReference.Path, async (HttpContext context, ApiReference reference, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Page<ReferencePage>(new { Model = await reference.ReadAsync($"{context.Request.Scheme}://{context.Request.Host}", cancellationToken) }))
            .AllowAnonymous()
            .ExcludeFromDescription();
}
