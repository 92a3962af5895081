using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.SettlePayments;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.ShowStatement;

internal static class StatementEndpoints
{
    private static readonly string[] Readers = [Roles.Secretariat, Roles.ClinicDoctor, Roles.ClinicStaff];

    public static void MapStatements(this IEndpointRouteBuilder app)
    {
        app.MapGet("/receivables", async (ShowStatementHandler show, PageRenderer pages, CancellationToken ct) =>
            pages.Page<ReceivablesPage>(new { Model = await show.ListAsync(ct) })).RequireRoles(Roles.Secretariat);
        app.MapGet("/statements/{clinic:guid}", (Guid clinic, DateOnly? from, ShowStatementHandler show, PageRenderer pages, CancellationToken ct) =>
            PageAsync(clinic, from, FormState.Empty, show, pages, ct)).RequireRoles(Readers);
        app.MapGet("/statements/{clinic:guid}/print", async (Guid clinic, DateOnly? from, ShowStatementHandler show, PageRenderer pages, CancellationToken ct) =>
            await show.OneAsync(clinic, from, FormState.Empty, ct) is { } model ? pages.Page<StatementSheet>(new { Model = model }) : Results.NotFound()).RequireRoles(Readers);
        app.MapPost("/receivables/{id:guid}/write-off", (Guid id, FormPost post, SettlePayment settle, ShowStatementHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => settle.WriteOffAsync(id, form.Choice<WriteOffKind>("kind"), PaymentEndpoints.Yen(form, "amount"), form.Text("reason"), ct), clinic => $"/statements/{clinic}",
            state => RefusedAsync(state, show, pages, ct), ct)).RequireRoles(Roles.Secretariat);
        app.MapPost("/receivables/{id:guid}/dunning", (Guid id, FormPost post, SettlePayment settle, ShowStatementHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => settle.StopDunningAsync(id, form.Checked("stopped"), ct), clinic => $"/statements/{clinic}", state => RefusedAsync(state, show, pages, ct), ct)).RequireRoles(Roles.Secretariat);
    }

    /// <summary>The form says on whose statement it stands.</summary>
    private static Task<IResult> RefusedAsync(FormState state, ShowStatementHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        PageAsync(Guid.TryParse(state.Value("clinic"), out var clinic) ? clinic : Guid.Empty, null, state, show, pages, cancellationToken);

    private static async Task<IResult> PageAsync(
        Guid clinic, DateOnly? from, FormState state, ShowStatementHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.OneAsync(clinic, from, state, cancellationToken) is { } model ? pages.Page<StatementPage>(new { Model = model }) : Results.NotFound();
}
