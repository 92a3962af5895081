using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.DebitAccounts;

internal static class DebitEndpoints
{
    public static void MapDebits(this IEndpointRouteBuilder app)
    {
        var debits = app.MapGroup("/direct-debits").RequireRoles(Roles.Secretariat);
        debits.MapGet("", (DebitAccountsHandler handler, PageRenderer pages, CancellationToken ct) => ListAsync(FormState.Empty, handler, pages, ct));
        debits.MapPost("", (FormPost post, DebitAccountsHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.WriteAsync(form.Value<DateOnly>("on"), ct), _ => "/direct-debits", state => ListAsync(state, handler, pages, ct), ct));
        debits.MapPost("/result", (FormPost post, DebitAccountsHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.AnswerAsync(form.File("file"), ct), _ => "/direct-debits", state => ListAsync(state, handler, pages, ct), ct));
        debits.MapGet("/{id:guid}/file", async (Guid id, DebitAccountsHandler handler, CancellationToken ct) =>
            await handler.DownloadAsync(id, ct) is var (name, content) ? Results.File(content, "text/plain; charset=shift_jis", name) : Results.NotFound());
        app.MapGet("/payers/{clinic:guid}", (Guid clinic, DebitAccountsHandler handler, PageRenderer pages, CancellationToken ct) =>
            PayerAsync(clinic, FormState.Empty, handler, pages, ct)).RequireRoles(Roles.Secretariat);
        app.MapPost("/payers/{clinic:guid}", (Guid clinic, FormPost post, DebitAccountsHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.ArrangeAsync(clinic, new DebitAccountInput(
                form.Checked("remove"), form.Text("bankCode"), form.Text("bankName"), form.Text("branchCode"), form.Text("branchName"), form.Text("kind"), form.Text("number"),
                form.Text("holder"), form.Value<uint>("version")), ct),
            id => $"/statements/{id}", state => PayerAsync(clinic, state, handler, pages, ct), ct)).RequireRoles(Roles.Secretariat);
        app.MapPost("/payers/{clinic:guid}/peppol", (Guid clinic, FormPost post, DebitAccountsHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.TakeDigitalAsync(clinic, form.Text("peppolId"), form.Value<uint>("version"), ct),
            id => $"/payers/{id}", state => PayerAsync(clinic, state, handler, pages, ct), ct)).RequireRoles(Roles.Secretariat);
    }

    private static async Task<IResult> ListAsync(FormState state, DebitAccountsHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<DebitsPage>(new { Model = await handler.ListAsync(state, cancellationToken) });

    private static async Task<IResult> PayerAsync(Guid clinic, FormState state, DebitAccountsHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        await handler.PayerAsync(clinic, state, cancellationToken) is { } model ? pages.Page<PayerPage>(new { Model = model }) : Results.NotFound();
}
