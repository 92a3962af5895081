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
            state => RefusedAsync(id, state, show, pages, ct), ct)).RequireRoles(Roles.Secretariat);
        app.MapPost("/receivables/{id:guid}/dunning", (Guid id, FormPost post, SettlePayment settle, ShowStatementHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => settle.StopDunningAsync(id, form.Checked("stopped"), ct), clinic => $"/statements/{clinic}", state => RefusedAsync(id, state, show, pages, ct), ct)).RequireRoles(Roles.Secretariat);
    }

    private static async Task<IResult> RefusedAsync(Guid invoice, FormState state, ShowStatementHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.ClinicOfAsync(invoice, cancellationToken) is { } clinic ? await PageAsync(clinic, null, state, show, pages, cancellationToken) : Results.NotFound();

    private static async Task<IResult> PageAsync(
        Guid clinic, DateOnly? from, FormState state, ShowStatementHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.OneAsync(clinic, from, state, cancellationToken) is { } model ? pages.Page<StatementPage>(new { Model = model }) : Results.NotFound();
}
