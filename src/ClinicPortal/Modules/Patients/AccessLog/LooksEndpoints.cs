using ClinicPortal.Modules.Patients.ShowHistory;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Patients.AccessLog;

internal static class LooksEndpoints
{
    /// <summary>Within the clinic, its doctors and its administrator; the use case says so.</summary>
    private static readonly string[] Readers = [Roles.ClinicDoctor, Roles.ClinicStaff];

    public static void MapAccessLog(this IEndpointRouteBuilder app)
    {
        var patients = app.MapGroup("/patients").RequireRoles(Readers);
        patients.MapGet("/looks", async (
                string? patient, string? from, string? until, string? person, bool? others, string? after, ShowLooks show, PageRenderer pages,
                CancellationToken cancellationToken) =>
            await PageAsync(new LooksInput(IdOf(patient), from, until, IdOf(person), others ?? false, after), FormState.Empty, show, pages, cancellationToken));
        patients.MapGet("/looks.csv", async (
            string? patient, string? from, string? until, string? person, bool? others, ShowLooks show, CancellationToken cancellationToken) =>
        {
            var file = await show.ExportAsync(new LooksInput(IdOf(patient), from, until, IdOf(person), others ?? false, null), cancellationToken);
            return file.Succeeded ? Results.File(file.Value, CsvText.ContentType, "access-log.csv") : Results.StatusCode(StatusOf(file.Errors));
        });
        patients.MapPost("/{id:guid}/looks/sheets", (
                Guid id, FormPost post, IssueLookSheet issue, ShowLooks show, PageRenderer pages, CancellationToken cancellationToken) =>
            post.RunAsync(
                form => issue.IssueAsync(id, form.Text("from"), form.Text("until"), form.Text("reason"), cancellationToken),
                sheet => $"/patients/{id}/looks/sheets/{sheet}",
                state => PageAsync(
                    new LooksInput(id, state.Value("from"), state.Value("until"), null, false, null), state, show, pages, cancellationToken),
                cancellationToken));
        patients.MapGet("/{id:guid}/looks/sheets/{sheet:guid}", async (
                Guid id, Guid sheet, IssueLookSheet issue, PageRenderer pages, CancellationToken cancellationToken) =>
            await issue.ShowAsync(id, sheet, cancellationToken) is { } model ? pages.Page<LookSheetPage>(new { Model = model, Place = new SheetPlace(id, sheet) }) : Results.NotFound());
        patients.MapReportLinks();
        app.MapGet(GiveReportLink.Purpose.Path, ReportLinkEndpoints.ReadAsync).AllowAnonymous();
        patients.MapGet("/{id:guid}/history", async (Guid id, ShowHistory.ShowHistory show, PageRenderer pages, CancellationToken cancellationToken) =>
            await show.HandleAsync(id, cancellationToken) is { } model ? pages.Page<HistoryPage>(new { Model = model }) : Results.NotFound());
    }

    private static async Task<IResult> PageAsync(
        LooksInput input, FormState form, ShowLooks show, PageRenderer pages, CancellationToken cancellationToken)
    {
        var model = await show.HandleAsync(input, cancellationToken);
        return model.Succeeded ? pages.Page<LooksPage>(new { Model = model.Value, Form = form }) : Results.StatusCode(StatusOf(model.Errors));
    }

    /// <summary>A form sends what was not chosen as empty; what is no id is one that nobody has.</summary>
    private static Guid? IdOf(string? text) => string.IsNullOrEmpty(text) ? null : Guid.TryParse(text, out var id) ? id : Guid.Empty;

    private static int StatusOf(IReadOnlyList<Error> errors) =>
        errors[0].Code == "forbidden" ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound;
}
