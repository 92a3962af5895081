using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Mvc;

namespace ClinicPortal.Modules.Associations.ImportMembers;

internal static class ImportMembersEndpoints
{
    /// <summary>Above what a file may have, so that one too large is refused in words and not by the server.</summary>
    private const int MaxRequestBytes = 32 * 1024 * 1024;

    public static void MapImportMembers(this IEndpointRouteBuilder app)
    {
        var import = app.MapGroup("/members/import").RequireRoles(Roles.Secretariat);
        import.MapGet("/", (PageRenderer pages) => UploadPage(pages, FormState.Empty));
        import.MapGet("/template.csv", () => Results.File(CsvFile.Template(MemberColumns.All), "text/csv; charset=utf-8", "members.csv"));
        import.MapPost("/", (FormPost form, StageMembers stage, PageRenderer pages, CancellationToken ct) => form.RunAsync(
                f => stage.HandleAsync(f.File("file"), ct), id => $"/members/import/{id}", state => Task.FromResult(UploadPage(pages, state)), ct))
            .WithMetadata(new RequestSizeLimitAttribute(MaxRequestBytes));
        import.MapGet("/{id:guid}", (Guid id, bool? problems, PreviewMembers preview, PageRenderer pages, CancellationToken ct) =>
            PreviewPageAsync(id, problems ?? false, FormState.Empty, preview, pages, ct));
        import.MapPost("/{id:guid}", (Guid id, FormPost form, ConfirmMembers confirm, PreviewMembers preview, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => confirm.HandleAsync(id, f.Text("previewed"), ct), count => $"/members?imported={count}",
            state => PreviewPageAsync(id, false, state, preview, pages, ct), ct));
    }

    private static IResult UploadPage(PageRenderer pages, FormState state) => pages.Page<MemberUploadPage>(new { Form = state });

    private static async Task<IResult> PreviewPageAsync(
        Guid id, bool onlyProblems, FormState state, PreviewMembers preview, PageRenderer pages, CancellationToken cancellationToken) =>
        await preview.HandleAsync(id, onlyProblems, cancellationToken) is { } model
            ? pages.Page<MemberPreviewPage>(new { Model = model, Form = state })
            : Results.NotFound();
}
