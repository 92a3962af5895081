using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.WriteNote;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using Join = ClinicPortal.Modules.Telehealth.JoinConsultation.JoinConsultation;

namespace ClinicPortal.Modules.Telehealth.ReadSummary;

internal static class SummaryEndpoints
{
    private const string VisitorName = "visitor link";

    public static void MapSummaries(this IEndpointRouteBuilder app)
    {
        // By its own link, or in the browser that the consultation was held with.
        Map(app, ReadSummary.Purpose, "/summary", "/summary/rating");
        Map(app, Join.Purpose, "/join/summary", "/join/rating");

        var links = app.MapGroup("/consultations/{id:guid}/summary-links").RequireRoles(ShowNote.Readers);
        links.MapGet("", (Guid id, string? shown, ReadSummary summaries, PageRenderer pages, CancellationToken ct) => LinksAsync(id, shown, FormState.Empty, summaries, pages, ct));
        links.MapPost("", (Guid id, ReadSummary summaries, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => summaries.GiveAsync(id, ct), shown => $"/consultations/{id}/summary-links?shown={shown}", state => LinksAsync(id, null, state, summaries, pages, ct), ct));
        links.MapPost("/{link:guid}/revoke", (Guid id, Guid link, ReadSummary summaries, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => summaries.RevokeAsync(id, link, ct), _ => $"/consultations/{id}/summary-links", state => LinksAsync(id, null, state, summaries, pages, ct), ct));

        app.MapGet("/satisfaction", async (string? month, ShowSatisfaction show, PageRenderer pages, CancellationToken ct) =>
            pages.Page<SatisfactionPage>(new { Model = await show.HandleAsync(month, ct) })).RequireRoles(Roles.Secretariat);
    }

    private static void Map(IEndpointRouteBuilder app, VisitorPurpose purpose, string page, string rating)
    {
        app.MapGet(page, (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            purpose, VisitorName, (services, pass) => ShowAsync(services, pass, rating, FormState.Empty, pages, ct), ct)).AllowAnonymous();
        app.MapPost(rating, (VisitorRequest visitor, PageRenderer pages, CancellationToken ct) => visitor.RunAsync(
            purpose, VisitorName,
            (services, pass) => services.GetRequiredService<FormPost>().RunAsync(
                form => services.GetRequiredService<ReadSummary>().RateAsync(pass.Subject, form.Choice<Satisfaction>("score"), ct),
                _ => page,
                state => ShowAsync(services, pass, rating, state, pages, ct), ct),
            ct)).AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(
        IServiceProvider services, VisitorPass pass, string rating, FormState form, PageRenderer pages, CancellationToken cancellationToken) =>
        await services.GetRequiredService<ReadSummary>().ShowAsync(pass.Subject, cancellationToken) is { } model
            ? pages.Page<SummaryPage>(new { Model = model, RatingPath = rating, Form = form }) : Results.NotFound();

    private static async Task<IResult> LinksAsync(Guid id, string? shown, FormState state, ReadSummary summaries, PageRenderer pages, CancellationToken cancellationToken) =>
        await summaries.LinksAsync(id, shown, state, cancellationToken) is { } model ? pages.Page<SummaryLinksPage>(new { Model = model }) : Results.NotFound();
}
