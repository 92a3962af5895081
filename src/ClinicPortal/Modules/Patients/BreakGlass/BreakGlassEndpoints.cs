using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Patients.BreakGlass;

/// <param name="Form">Refused for want of its confirmation alone, it is shown for confirmation.</param>
public sealed record BreakGlassModel(BreakGlassSubject Subject, FormState Form)
{
    public const string Confirmation = "confirmed";

    public bool Confirming => Form.Errors.Count == 1 && Form.Error(Confirmation) is not null;
}

internal static class BreakGlassEndpoints
{
    private static readonly string[] OnDuty = [Roles.DeskOperator, Roles.NightDoctor, Roles.ClinicDoctor];

    public static void MapBreakGlass(this IEndpointRouteBuilder app)
    {
        app.MapGet("/break-glass", async (string? search, HiddenSearch hidden, FindOutsider find, PageRenderer pages, CancellationToken ct) =>
            pages.Page<FindOutsiderPage>(new { Model = await find.HandleAsync(hidden.Read(search), ct) })).RequireRoles(OnDuty);
        app.MapPost("/break-glass/search", (HiddenSearch hidden, CancellationToken ct) => hidden.LeadAsync("/break-glass", ct)).RequireRoles(OnDuty);
        app.MapGet("/break-glass/{id:guid}", (Guid id, BreakGlassHandler glass, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(id, FormState.Empty, glass, pages, ct)).RequireRoles(OnDuty);
        app.MapPost("/break-glass/{id:guid}", (Guid id, FormPost post, BreakGlassHandler glass, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => glass.HandleAsync(
                new BreakGlassInput(id, form.Choice<BreakGlassReason>("reason"), form.Text("explanation"), form.Checked(BreakGlassModel.Confirmation)), ct),
            _ => $"/patients/{id}", state => ShowAsync(id, state, glass, pages, ct), ct)).RequireRoles(OnDuty);

        app.MapGet("/break-glass/reviews", (ReviewBreakGlass review, PageRenderer pages, CancellationToken ct) =>
            ReviewsAsync(FormState.Empty, null, review, pages, ct)).RequireRoles(Roles.Secretariat);
        app.MapPost("/break-glass/reviews/{id:guid}", (Guid id, FormPost post, ReviewBreakGlass review, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => review.JudgeAsync(id, form.Choice<BreakGlassReview>("review"), form.Text("note"), ct), _ => "/break-glass/reviews",
            state => ReviewsAsync(state, id, review, pages, ct), ct)).RequireRoles(Roles.Secretariat);
    }

    private static async Task<IResult> ShowAsync(Guid id, FormState state, BreakGlassHandler glass, PageRenderer pages, CancellationToken cancellationToken) =>
        await glass.FindAsync(id, cancellationToken) is { } subject
            ? pages.Page<BreakGlassPage>(new { Model = new BreakGlassModel(subject, state) }) : Results.NotFound();

    private static async Task<IResult> ReviewsAsync(FormState state, Guid? judged, ReviewBreakGlass review, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<BreakGlassReviewsPage>(new { Model = await review.ListAsync(state, judged, cancellationToken) });
}
