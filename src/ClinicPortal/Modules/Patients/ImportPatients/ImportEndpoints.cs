using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Mvc;

namespace ClinicPortal.Modules.Patients.ImportPatients;

internal static class ImportEndpoints
{
    /// <summary>Above what a file may have, so that one a little too large is refused in words and not by the server.</summary>
    private const int MaxRequestBytes = 4 * PatientFile.MaxBytes;

    public static void MapImportPatients(this IEndpointRouteBuilder app)
    {
        var import = app.MapGroup("/patients/import").RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        import.MapGet("/", (PageRenderer pages) => UploadPage(pages, FormState.Empty));
        import.MapGet("/template.csv", Template);
        import.MapPost("/", (FormPost form, StageImport stage, PageRenderer pages, CancellationToken ct) => form.RunAsync(
                f => stage.HandleAsync(f.File("file"), ct), id => $"/patients/import/{id}", state => Task.FromResult(UploadPage(pages, state)), ct))
            .WithMetadata(new RequestSizeLimitAttribute(MaxRequestBytes));
        import.MapGet("/{id:guid}", (Guid id, bool? problems, int? page, PreviewImport preview, PageRenderer pages, CancellationToken ct) =>
            PreviewPageAsync(id, problems ?? false, page ?? 1, FormState.Empty, preview, pages, ct));
        import.MapPost("/{id:guid}", (Guid id, FormPost form, ConfirmImport confirm, PreviewImport preview, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => confirm.HandleAsync(id, f.Text("previewed"), ct), count => $"/patients?imported={count}",
            state => PreviewPageAsync(id, false, 1, state, preview, pages, ct), ct));
    }

    private static IResult UploadPage(PageRenderer pages, FormState state) => pages.Page<ImportPage>(new { Form = state });

    private static async Task<IResult> PreviewPageAsync(
        Guid id, bool onlyProblems, int page, FormState state, PreviewImport preview, PageRenderer pages, CancellationToken cancellationToken) =>
        await preview.HandleAsync(id, onlyProblems, page, cancellationToken) is { } model
            ? pages.Page<ImportPreviewPage>(new { Model = model, Form = state })
            : Results.NotFound();

    private static IResult Template() => Results.File(CsvFile.Template(PatientColumns.All), "text/csv; charset=utf-8", "patients.csv");
}
