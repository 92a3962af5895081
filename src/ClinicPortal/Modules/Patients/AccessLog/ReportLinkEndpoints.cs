using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients.AccessLog;

internal static class ReportLinkEndpoints
{
    /// <param name="patients">The clinic's own; within it the use case says who.</param>
    public static void MapReportLinks(this RouteGroupBuilder patients)
    {
        var links = patients.MapGroup("/{id:guid}/looks/sheets/{sheet:guid}/links");
        links.MapGet("", (Guid id, Guid sheet, string? shown, GiveReportLink give, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(id, sheet, shown, FormState.Empty, give, pages, ct));
        links.MapPost("", (Guid id, Guid sheet, FormPost post, GiveReportLink give, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => give.HandleAsync(id, sheet, ct), shown => $"/patients/{id}/looks/sheets/{sheet}/links?shown={shown}",
            state => ShowAsync(id, sheet, null, state, give, pages, ct), ct));
        links.MapPost("/{link:guid}/revoke", (Guid id, Guid sheet, Guid link, FormPost post, GiveReportLink give, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => give.RevokeAsync(id, sheet, link, ct), _ => $"/patients/{id}/looks/sheets/{sheet}/links",
            state => ShowAsync(id, sheet, null, state, give, pages, ct), ct));
    }

    /// <summary>The pass in the browser is the right to it.</summary>
    public static Task<IResult> ReadAsync(VisitorRequest visitor, IStringLocalizer<PatientsText> text, PageRenderer pages, CancellationToken cancellationToken) => visitor.RunAsync(
        GiveReportLink.Purpose, text["ReportLinks.Visitor"],
        async (services, pass) => await services.GetRequiredService<IssueLookSheet>().ShowByLinkAsync(pass.Subject, cancellationToken) is { } sheet
            ? pages.Page<LookSheetPage>(new { Model = sheet }) : Results.NotFound(),
        cancellationToken);

    private static async Task<IResult> ShowAsync(
        Guid id, Guid sheet, string? shown, FormState state, GiveReportLink give, PageRenderer pages, CancellationToken cancellationToken) =>
        await give.ShowAsync(id, sheet, shown, state, cancellationToken) is { } model ? pages.Page<ReportLinksPage>(new { Model = model }) : Results.NotFound();
}
