using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.PayOut;

internal static class PayFileEndpoints
{
    public static void MapPayFiles(this IEndpointRouteBuilder app)
    {
        var files = app.MapGroup("/pay-files").RequireRoles(Roles.Secretariat);
        files.MapGet("", (PayOutHandler handler, PageRenderer pages, CancellationToken ct) => ListAsync(FormState.Empty, handler, pages, ct));
        files.MapPost("", (FormPost post, PayOutHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.WriteAsync(form.Value<DateOnly>("on"), ct), _ => "/pay-files", state => ListAsync(state, handler, pages, ct), ct));
        files.MapPost("/{id:guid}/withdraw", (Guid id, FormPost post, PayOutHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.WithdrawAsync(id, form.Text($"reason-{id}"), ct), _ => "/pay-files", state => ListAsync(state, handler, pages, ct), ct));
        files.MapGet("/{id:guid}/file", async (Guid id, PayOutHandler handler, CancellationToken ct) =>
            await handler.DownloadAsync(id, ct) is var (name, content) ? Results.File(content, "text/plain; charset=shift_jis", name) : Results.NotFound());
    }

    private static async Task<IResult> ListAsync(FormState state, PayOutHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<PayFilesPage>(new { Model = await handler.ListAsync(state, cancellationToken) });
}
