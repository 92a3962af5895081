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

    private static Task<IResult> FollowAsync(VisitorRequest visitor, PageRenderer pages, CancellationToken cancellationToken) => visitor.RunAsync(
        FollowVisit.Purpose, "visitor link",
        async (services, pass) => await services.GetRequiredService<FollowVisit>().HandleAsync(pass.Subject, cancellationToken) is { } visit
            ? pages.Page<FollowPage>(new { Model = visit }) : Results.NotFound(),
        cancellationToken);
}
