using ClinicPortal.Modules.Billing.ListInvoices;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.RunMonth;

internal static class RunEndpoints
{
    public static void MapInvoiceRuns(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/invoices").RequireRoles(Roles.Secretariat);
        runs.MapGet("/runs/live", async (ListInvoices.ListInvoices list, PageRenderer pages, CancellationToken ct) =>
            pages.Fragment<RunsCard>(new { Model = await list.RunsAsync(ct) }));
        runs.MapPost("/runs", (FormPost post, RunMonth run, ListInvoices.ListInvoices list, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => run.StartAsync(form.Text("month"), ct), id => $"/invoices/runs/{id}", state => InvoiceEndpoints.RefusedAsync(state, list, pages, ct), ct));
        runs.MapGet("/runs/{id:guid}", (Guid id, int? page, ShowRun show, PageRenderer pages, CancellationToken ct) => PageAsync(id, page, FormState.Empty, show, pages, ct));
        runs.MapGet("/runs/{id:guid}/live", async (Guid id, int? page, ShowRun show, PageRenderer pages, CancellationToken ct) =>
            await show.HandleAsync(id, page, FormState.Empty, refresh: true, ct) is { } model ? pages.Fragment<RunProgress>(new { Model = model }) : Results.NotFound());
        runs.MapPost("/runs/{id:guid}/redraft", (Guid id, FormPost post, RunMonth run, ShowRun show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => run.RedraftAsync(id, ct), _ => $"/invoices/runs/{id}", state => PageAsync(id, null, state, show, pages, ct), ct));
        runs.MapPost("/runs/{id:guid}/issue", (Guid id, FormPost post, RunMonth run, ShowRun show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => run.IssueAsync(id, form.Value<DateOnly>("issueOn"), ct), _ => $"/invoices/runs/{id}", state => PageAsync(id, null, state, show, pages, ct), ct));
        runs.MapPost("/{id:guid}/leave-out", (Guid id, FormPost post, RunMonth run, ListInvoices.ListInvoices list, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => run.LeaveAsync(id, true, ct), invoice => $"/invoices/runs/{invoice.RunId}", state => InvoiceEndpoints.RefusedAsync(state, list, pages, ct), ct));
        runs.MapPost("/{id:guid}/put-back", (Guid id, FormPost post, RunMonth run, ListInvoices.ListInvoices list, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => run.LeaveAsync(id, false, ct), invoice => $"/invoices/runs/{invoice.RunId}", state => InvoiceEndpoints.RefusedAsync(state, list, pages, ct), ct));
    }

    private static async Task<IResult> PageAsync(Guid id, int? page, FormState form, ShowRun show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, page, form, refresh: false, cancellationToken) is { } model ? pages.Page<RunPage>(new { Model = model }) : Results.NotFound();
}
