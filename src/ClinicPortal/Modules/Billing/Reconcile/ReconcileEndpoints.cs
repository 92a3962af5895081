using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.Reconcile;

internal static class ReconcileEndpoints
{
    private const string Path = "/reconciliations";

    public static void MapReconciliations(this IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (ReconcileHandler handler, PageRenderer pages, CancellationToken ct) => ListAsync(FormState.Empty, handler, pages, ct)).RequireRoles(Roles.Secretariat);
        app.MapPost(Path, (FormPost post, ReconcileHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.AskAsync(form.Value<DateOnly>("from"), form.Value<DateOnly>("until"), ct), _ => Path, state => ListAsync(state, handler, pages, ct), ct)).RequireRoles(Roles.Secretariat);
    }

    private static async Task<IResult> ListAsync(FormState state, ReconcileHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<ReconciliationsPage>(new { Model = await handler.ListAsync(state, cancellationToken) });
}
