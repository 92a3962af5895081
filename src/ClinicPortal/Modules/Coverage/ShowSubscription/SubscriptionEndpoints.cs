using ClinicPortal.Modules.Coverage.ChangeCover;
using ClinicPortal.Modules.Coverage.ChooseCover;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Coverage.ShowSubscription;

internal static class SubscriptionEndpoints
{
    public static void MapSubscriptions(this IEndpointRouteBuilder app)
    {
        app.MapGet("/subscriptions", async (ListSubscriptions list, PageRenderer pages, CancellationToken ct) =>
                pages.Page<SubscriptionsPage>(new { Rows = await list.HandleAsync(ct) }))
            .RequireRoles(Roles.Secretariat);
        Map(app.MapGroup("/cover").RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff), _ => "/cover");
        Map(app.MapGroup("/subscriptions/{clinic:guid}").RequireRoles(Roles.Secretariat), clinic => $"/subscriptions/{clinic}");
    }

    private static void Map(RouteGroupBuilder routes, Func<Guid?, string> path)
    {
        routes.MapGet("", (HttpRequest request, string? plan, DateOnly? startsOn, int? patients, ShowSubscription show, PageRenderer pages, CancellationToken ct) =>
            PageAsync(Clinic(request), path, new ChangeCoverInput(plan, startsOn, patients), FormState.Empty, show, pages, ct));
        routes.MapPost("/choose", (HttpRequest request, FormPost post, ChooseCover.ChooseCover choose, ShowSubscription show, PageRenderer pages, CancellationToken ct) => RunAsync(
            request, post, form => choose.HandleAsync(Clinic(request), new ChooseCoverInput(form.Text("plan"), form.Value<DateOnly>("startsOn"), form.Value<int>("patients")), ct),
            path, show, pages, ct));
        routes.MapPost("/change", (HttpRequest request, FormPost post, ChangeCover.ChangeCover change, ShowSubscription show, PageRenderer pages, CancellationToken ct) => RunAsync(
            request, post, form => change.HandleAsync(Clinic(request), new ChangeCoverInput(form.Text("plan"), form.Value<DateOnly>("startsOn"), form.Value<int>("patients")), ct),
            path, show, pages, ct));
        routes.MapPost("/cancel", (HttpRequest request, FormPost post, CancelCover.CancelCover cancel, ShowSubscription show, PageRenderer pages, CancellationToken ct) => RunAsync(
            request, post, form => cancel.HandleAsync(Clinic(request), form.Value<DateOnly>("lastNight"), ct), path, show, pages, ct));
        routes.MapPost("/run-on", (HttpRequest request, FormPost post, CancelCover.CancelCover cancel, ShowSubscription show, PageRenderer pages, CancellationToken ct) => RunAsync(
            request, post, _ => cancel.TakeBackAsync(Clinic(request), ct), path, show, pages, ct));
        routes.MapPost("/pause", (HttpRequest request, FormPost post, PauseCover.PauseCover pause, ShowSubscription show, PageRenderer pages, CancellationToken ct) => RunAsync(
            request, post, form => pause.HandleAsync(Clinic(request), form.Value<DateOnly>("from"), form.Value<DateOnly>("until"), ct), path, show, pages, ct));
        routes.MapPost("/resume", (HttpRequest request, FormPost post, PauseCover.PauseCover pause, ShowSubscription show, PageRenderer pages, CancellationToken ct) => RunAsync(
            request, post, _ => pause.ResumeAsync(Clinic(request), ct), path, show, pages, ct));
        routes.MapPost("/nights", (HttpRequest request, FormPost post, BuyNight.BuyNight buy, ShowSubscription show, PageRenderer pages, CancellationToken ct) => RunAsync(
            request, post, form => buy.HandleAsync(Clinic(request), form.Value<DateOnly>("night"), ct), path, show, pages, ct));
    }

    private static Guid? Clinic(HttpRequest request) => Guid.TryParse(request.RouteValues["clinic"]?.ToString(), out var id) ? id : null;

    private static Task<IResult> RunAsync(
        HttpRequest request, FormPost post, Func<FormPost, Task<Result<Guid>>> useCase, Func<Guid?, string> path, ShowSubscription show, PageRenderer pages,
        CancellationToken cancellationToken) => post.RunAsync(
            useCase, _ => path(Clinic(request)), state => PageAsync(Clinic(request), path, null, state, show, pages, cancellationToken), cancellationToken);

    private static async Task<IResult> PageAsync(
        Guid? clinic, Func<Guid?, string> path, ChangeCoverInput? asked, FormState state, ShowSubscription show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(clinic, path(clinic), asked, state, cancellationToken) is { } model ? pages.Page<SubscriptionPage>(new { Model = model }) : Results.NotFound();
}
