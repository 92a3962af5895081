using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.NightDesk.FollowVisit;

internal static class FollowVisitEndpoints
{
    public static void MapFollowVisit(this IEndpointRouteBuilder app)
    {
        // The pass in the browser is the right to it.
        app.MapGet(FollowVisit.Purpose.Path, FollowAsync).AllowAnonymous();
        app.MapGet("/cases/{id:guid}/links", (Guid id, string? shown, GiveLink give, PageRenderer pages, CancellationToken cancellationToken) =>
            ShowAsync(id, shown, FormState.Empty, give, pages, cancellationToken)).RequireCarriers();
        app.MapPost("/cases/{id:guid}/links", (Guid id, FormPost post, GiveLink give, PageRenderer pages, CancellationToken cancellationToken) => post.RunAsync(
            _ => give.HandleAsync(id, cancellationToken), shown => $"/cases/{id}/links?shown={shown}",
            state => ShowAsync(id, null, state, give, pages, cancellationToken), cancellationToken)).RequireCarriers();
        app.MapPost("/cases/{id:guid}/links/{link:guid}/revoke", (Guid id, Guid link, FormPost post, GiveLink give, PageRenderer pages, CancellationToken cancellationToken) =>
            post.RunAsync(
                _ => give.RevokeAsync(id, link, cancellationToken), _ => $"/cases/{id}/links",
                state => ShowAsync(id, null, state, give, pages, cancellationToken), cancellationToken)).RequireCarriers();
    }

    private static async Task<IResult> ShowAsync(Guid id, string? shown, FormState state, GiveLink give, PageRenderer pages, CancellationToken cancellationToken) =>
        await give.ShowAsync(id, shown, state, cancellationToken) is { } model ? pages.Page<CaseLinksPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> FollowAsync(HttpContext context, IVisitorLinks links, IServiceScopeFactory scopes, PageRenderer pages, CancellationToken cancellationToken)
    {
        if (await links.PassAsync(FollowVisit.Purpose, cancellationToken) is not { } pass)
        {
            return Results.NotFound();
        }
        // A scope of its own: whoever may be signed in in this browser as well has nothing to do with it.
        await using var scope = scopes.CreateAsyncScope();
        var session = await scope.ServiceProvider.ActAsync(CurrentUser.Portal with { Id = pass.LinkId, Name = "visitor link" }, [pass.Tenant], cancellationToken);
        var visit = await scope.ServiceProvider.GetRequiredService<FollowVisit>().HandleAsync(pass.Subject, cancellationToken);
        await session.CommitAsync(cancellationToken);
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return visit is null ? Results.NotFound() : pages.Page<FollowPage>(new { Model = visit });
    }
}
